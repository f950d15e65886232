//===- VersionTable.h - versions by key -------------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_VERSIONTABLE_H
#define ELENA_PYTHON_VERSIONTABLE_H

#include "Version.h"
#include <deque>
#include <unordered_map>

namespace elena::python {

/// The versions of one key, in order of creation.
struct TableEntry {
  uint64_t hash;
  std::vector<uint64_t> words;
  std::vector<Ref> constants;
  std::vector<std::unique_ptr<Version>> versions;

  bool matches(uint64_t hash, const Call &call) const;
};

/// All versions of a function. Entries and versions are only ever added, so
/// that Python code which runs in the middle of a look-up may add more.
class VersionTable {
public:
  /// Null if there is none.
  TableEntry *find(const Call &call);
  /// Finds or makes the entry.
  TableEntry &insert(const Call &call);
  int traverse(visitproc visit, void *arg) const;

  /// Calls that are using this table; it outlives clear() until they end.
  size_t users = 0;
  bool dead = false;

private:
  TableEntry *last = nullptr;
  std::deque<TableEntry> entries;
  std::unordered_map<uint64_t, std::vector<TableEntry *>> buckets;
};

} // namespace elena::python

#endif // ELENA_PYTHON_VERSIONTABLE_H
