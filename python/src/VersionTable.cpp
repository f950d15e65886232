//===- VersionTable.cpp - versions by key ---------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VersionTable.h"
#include <cstring>

using namespace elena::python;

bool TableEntry::matches(uint64_t otherHash, const Call &call) const {
  if (hash != otherHash || words.size() != call.key.size() ||
      std::memcmp(words.data(), call.key.data(),
                  words.size() * sizeof(uint64_t)) ||
      constants.size() != call.constants.size())
    return false;
  for (size_t i = 0; i < constants.size(); ++i)
    if (sameConstant(constants[i].get(), call.constants[i]) != 1)
      return false;
  return true;
}

TableEntry *VersionTable::find(const Call &call) {
  uint64_t hash = hashWords(call.key.data(), call.key.size());
  if (last && last->matches(hash, call))
    return last;
  auto found = buckets.find(hash);
  if (found == buckets.end())
    return nullptr;
  // References into the map stay valid when it grows; indices too.
  std::vector<TableEntry *> &bucket = found->second;
  for (size_t i = 0; i < bucket.size(); ++i) {
    TableEntry *entry = bucket[i];
    if (entry->matches(hash, call))
      return last = entry;
  }
  return nullptr;
}

TableEntry &VersionTable::insert(const Call &call) {
  if (TableEntry *entry = find(call))
    return *entry;
  TableEntry &entry = entries.emplace_back();
  entry.hash = hashWords(call.key.data(), call.key.size());
  entry.words.assign(call.key.begin(), call.key.end());
  for (PyObject *constant : call.constants)
    entry.constants.push_back(Ref::share(constant));
  buckets[entry.hash].push_back(&entry);
  return *(last = &entry);
}

int VersionTable::traverse(visitproc visit, void *arg) const {
  for (const TableEntry &entry : entries) {
    for (const Ref &constant : entry.constants)
      Py_VISIT(constant.get());
    for (const auto &version : entry.versions)
      if (int status = version->traverse(visit, arg))
        return status;
  }
  return 0;
}
