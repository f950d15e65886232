//===- FusionRemarks.cpp - The facts of a plan, as JSON and remarks -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Support/RemarkLock.h"
#include "elena/Transforms/Fusion/FusionReport.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

using llvm::json::Array;
using llvm::json::Object;

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

Object elena::fusion::placeToJSON(Location loc) {
  auto file = loc->findInstanceOf<FileLineColLoc>();
  if (!file)
    return Object{{"file", ""}, {"line", 0}};
  return Object{{"file", file.getFilename().getValue()},
                {"line", static_cast<int64_t>(file.getLine())}};
}

static Object toJSON(const FusionReport::AccessFact &access) {
  return Object{{"stage", access.stage},
                {"storage", access.storage},
                {"kind", access.isWrite ? "writes" : "reads"},
                {"cell", access.cell}};
}

static Object toJSON(const FusionReport::StorageFact &storage) {
  Object object{{"name", storage.name},   {"type", storage.type},
                {"kind", storage.kind},   {"fate", stringify(storage.fate)},
                {"cells", storage.cells}, {"why", storage.why},
                {"copy", storage.copy},   {"place", placeToJSON(storage.loc)}};
  if (storage.refusal)
    object["refusal"] = *storage.refusal;
  return object;
}

static Object toJSON(const FusionReport::Refusal &refusal) {
  Array accesses;
  for (const auto &[first, second] : refusal.accesses)
    accesses.push_back(Array{toJSON(first), toJSON(second)});
  Object object{{"first", refusal.first},
                {"second", refusal.second},
                {"obstacle", stringify(refusal.obstacle)},
                {"why", describe(refusal.obstacle)},
                {"accesses", std::move(accesses)}};
  if (refusal.through)
    object["through"] = placeToJSON(*refusal.through);
  return object;
}

static Object toJSON(const ReadDecision &read) {
  return Object{{"reader", read.reader},
                {"storage", read.storage},
                {"writers", Array(read.writers)},
                {"recomputed", read.isRecomputed},
                {"why", read.why}};
}

llvm::json::Value FusionReport::toJSON() const {
  Array stageList, storageList, groupList, kernelList, readList, refusalList,
      symbolList;
  for (const StageFact &stage : stages)
    stageList.push_back(Object{{"name", stage.name},
                               {"removed", stage.isRemoved},
                               {"place", placeToJSON(stage.loc)}});
  for (const StorageFact &storage : storages)
    storageList.push_back(::toJSON(storage));
  for (const GroupFact &group : groups)
    groupList.push_back(
        Object{{"over", group.over}, {"stages", Array(group.stages)}});
  for (const std::vector<unsigned> &kernel : kernels)
    kernelList.push_back(Array(kernel));
  for (const ReadDecision &read : reads)
    readList.push_back(::toJSON(read));
  for (const Refusal &refusal : refusals)
    refusalList.push_back(::toJSON(refusal));
  for (const SymbolFact &symbol : symbols)
    symbolList.push_back(
        Object{{"name", symbol.name}, {"place", placeToJSON(symbol.loc)}});
  return Object{
      {"stages", std::move(stageList)},  {"storages", std::move(storageList)},
      {"groups", std::move(groupList)},  {"kernels", std::move(kernelList)},
      {"reads", std::move(readList)},    {"refusals", std::move(refusalList)},
      {"bytes_before", bytesBefore},     {"bytes_after", bytesAfter},
      {"symbols", std::move(symbolList)}};
}

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

static remark::RemarkOpts named(const FusionReport &report, StringRef name) {
  return remark::RemarkOpts::name(name)
      .category("tensorref.fusion")
      .function(report.function);
}

/// "writes arg0[4*i0 + i1]"
static std::string print(const FusionReport &report,
                         const FusionReport::AccessFact &access) {
  return (access.isWrite ? "writes " : "reads ") +
         report.storages[access.storage].name + "[" + access.cell + "]";
}

static Location placeOf(const FusionReport &report, unsigned group) {
  return report.stages[report.groups[group].stages.back()].loc;
}

static void emitReads(const FusionReport &report) {
  for (const ReadDecision &read : report.reads) {
    Location loc = report.stages[read.reader].loc;
    std::string name = report.storages[read.storage].name;
    if (read.isRecomputed)
      remark::passed(loc, named(report, "Recomputed"))
          << remark::add("{0} is computed where it is read", name)
          << remark::reason("{0}", read.why)
          << remark::metric("Writers", read.writers.size());
    else
      remark::missed(loc, named(report, "Recomputed"))
          << remark::add("{0} is read and not computed again", name)
          << remark::reason("{0}", read.why);
  }
}

static void emitStorages(const FusionReport &report) {
  using Fate = FusionReport::Fate;
  for (const FusionReport::StorageFact &storage : report.storages) {
    if (storage.kind == "argument" || storage.kind == "outer")
      continue;
    if (storage.fate == Fate::Memory) {
      if (storage.kind == "temporary")
        remark::missed(storage.loc, named(report, "Temporary"))
            << remark::add("{0}, {1}, stays in memory", storage.name,
                           storage.type)
            << remark::reason("{0}", storage.why);
      continue;
    }
    remark::passed(storage.loc, named(report, "Private"))
        << remark::add("{0}, {1}: {2}", storage.name, storage.type,
                       stringify(storage.fate).str())
        << remark::metric("Cells", storage.cells);
  }
}

static void emitRefusals(const FusionReport &report) {
  for (const FusionReport::Refusal &refusal : report.refusals) {
    std::string reason = describe(refusal.obstacle).str();
    for (const auto &[first, second] : refusal.accesses)
      reason += (&first == &refusal.accesses[0].first ? ": " : ", beside ") +
                ("stage " + Twine(first.stage) + " " + print(report, first) +
                 ", stage " + Twine(second.stage) + " " + print(report, second))
                    .str();
    remark::missed(placeOf(report, refusal.second), named(report, "NotFused"))
        << remark::add("groups {0} and {1} stay apart", refusal.first,
                       refusal.second)
        << remark::reason("{0}", reason)
        << remark::metric("Obstacle", stringify(refusal.obstacle).str());
  }
}

void FusionReport::emitRemarks() const {
  RemarkLock lock;
  for (auto [g, group] : llvm::enumerate(groups)) {
    if (group.stages.size() < 2)
      continue;
    remark::passed(placeOf(*this, g), named(*this, "Fused"))
        << remark::add("group {0} over {1}", g, group.over)
        << remark::metric("Stages", group.stages.size());
  }
  emitReads(*this);
  emitStorages(*this);
  emitRefusals(*this);
  for (const StageFact &stage : stages)
    if (stage.isRemoved)
      remark::passed(stage.loc, named(*this, "Dead"))
          << remark::add("nobody reads what this makes");
  if (!groups.empty())
    remark::analysis(placeOf(*this, 0), named(*this, "Bytes"))
        << remark::add("bytes moved") << remark::metric("Before", bytesBefore)
        << remark::metric("After", bytesAfter)
        << remark::metric("Kernels", kernels.size());
}
