//===- FusionReport.cpp - The facts of a plan -----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/FusionReport.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

StringRef elena::fusion::stringify(Obstacle obstacle) {
  static constexpr StringLiteral names[] = {"views",
                                            "host-value",
                                            "no-free-dimension",
                                            "no-common-iteration",
                                            "range-not-known",
                                            "work",
                                            "would-be-cycle",
                                            "merging-is-off"};
  return names[static_cast<int>(obstacle)];
}

StringRef elena::fusion::describe(Obstacle obstacle) {
  static constexpr StringLiteral sentences[] = {
      "fusion through views and in-place writes is switched off",
      "the one needs a value that the host computes after the other",
      "one of the two has no dimension whose points may run in any order (a "
      "whole reduction, or points that meet each other)",
      "the two accesses cannot share an iteration",
      "the range of the one is not known inside that of the other",
      "too much work for one iteration: what is left of T is a long loop",
      "a third one has to run in between",
      "merging is switched off"};
  return sentences[static_cast<int>(obstacle)];
}

StringRef elena::fusion::stringify(FusionReport::Fate fate) {
  static constexpr StringLiteral names[] = {"memory", "register", "buffer",
                                            "written-back", "gone"};
  return names[static_cast<int>(fate)];
}

namespace {
class ReportBuilder {
public:
  ReportBuilder(const FusionProgram &program, const FusionPlan &plan,
                const FusionLog &log, FusionReport &report)
      : program(program), plan(plan), log(log), report(report) {}

  void build();

private:
  std::string print(const Polynomial &value) const;
  std::string print(ArrayRef<Polynomial> values) const;
  std::string print(const AffineForm &form) const;
  FusionReport::StorageFact makeStorage(unsigned storage) const;
  void findFate(unsigned storage, FusionReport::StorageFact &fact) const;
  void explainMemory(unsigned storage, ArrayRef<unsigned> users,
                     FusionReport::StorageFact &fact) const;
  FusionReport::AccessFact makeAccess(unsigned stage, unsigned access) const;
  void addRefusal(const MergeRefusal &refusal);
  void addReads();

  const FusionProgram &program;
  const FusionPlan &plan;
  const FusionLog &log;
  FusionReport &report;
  std::map<unsigned, unsigned> groupOf;
  /// What `print` has named.
  mutable llvm::SmallSetVector<Symbol, 8> named;
};
} // namespace

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

std::string ReportBuilder::print(const Polynomial &value) const {
  return value.str([&](Symbol symbol) {
    named.insert(symbol);
    return program.getSymbols().getName(symbol);
  });
}

std::string ReportBuilder::print(ArrayRef<Polynomial> values) const {
  std::string text = "[";
  for (auto [d, value] : llvm::enumerate(values))
    text += (d ? ", " : "") + print(value);
  return text + "]";
}

/// "4*i0 + i1 + 2".
std::string ReportBuilder::print(const AffineForm &form) const {
  std::string text;
  for (auto [d, step] : llvm::enumerate(form.coefficients)) {
    if (step.isZero())
      continue;
    std::string factor = print(step);
    if (step.getTerms().size() > 1 || !step.isKnown())
      factor = "(" + factor + ")";
    text += (text.empty() ? "" : " + ") +
            (step.isConstant(1) ? "" : factor + "*") + "i" + std::to_string(d);
  }
  if (text.empty() || !form.offset.isZero())
    text += (text.empty() ? "" : " + ") + print(form.offset);
  return text;
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

static bool isReturned(Value ref) {
  return llvm::any_of(ref.getUsers(), [](Operation *user) {
    if (isa<ViewOpInterface>(user))
      return isReturned(user->getResult(0));
    return user->hasTrait<OpTrait::IsTerminator>();
  });
}

FusionReport::StorageFact ReportBuilder::makeStorage(unsigned storage) const {
  const StorageInfo &info = program.storages[storage];
  FusionReport::StorageFact fact{info.root.getLoc(), {}, {}, {}};
  llvm::raw_string_ostream(fact.type)
      << cast<RefType>(info.root.getType()).getElementType()
      << print(info.layout.sizes);
  auto argument = dyn_cast<BlockArgument>(info.root);
  fact.name = argument ? "arg" + std::to_string(argument.getArgNumber())
                       : "t" + std::to_string(storage);
  fact.kind = argument                ? "argument"
              : !info.isAllocation    ? "outer"
              : isReturned(info.root) ? "result"
                                      : "temporary";
  if (auto named = dyn_cast<NameLoc>(info.root.getLoc())) {
    StringRef name = named.getName();
    if (name.consume_front(kOverlapCopyName))
      fact.copy = name.str();
  }
  if (info.isAllocation)
    findFate(storage, fact);
  return fact;
}

void ReportBuilder::findFate(unsigned storage,
                             FusionReport::StorageFact &fact) const {
  for (const Group &group : plan.groups)
    for (const PrivateStorage &own : group.privates) {
      if (own.storage != storage)
        continue;
      fact.cells = 1;
      for (int64_t size : own.sizes)
        fact.cells *= size;
      fact.fate = own.writeBack     ? FusionReport::Fate::WrittenBack
                  : fact.cells == 1 ? FusionReport::Fate::Register
                                    : FusionReport::Fate::Buffer;
      return;
    }
  SmallVector<unsigned> users;
  for (auto [g, group] : llvm::enumerate(plan.groups))
    if (llvm::any_of(group.members, [&](const Member &member) {
          return llvm::any_of(
              program.getAccesses(program.stages[member.stage]),
              [&](const StageAccess &a) { return a.storage == storage; });
        }))
      users.push_back(g);
  if (users.empty() && !program.storages[storage].escapes)
    fact.fate = FusionReport::Fate::Gone;
  else
    explainMemory(storage, users, fact);
}

void ReportBuilder::explainMemory(unsigned storage, ArrayRef<unsigned> users,
                                  FusionReport::StorageFact &fact) const {
  if (fact.kind == "result") {
    fact.why = "it is returned";
    return;
  }
  if (program.storages[storage].escapes) {
    fact.why = "an operation that is not fused uses it";
    return;
  }
  if (users.size() == 1) {
    fact.why = "the cells of one iteration are too many, not known to be few, "
               "or any of them may be read";
    return;
  }
  fact.why = "used by " + std::to_string(users.size()) + " loop nests";
  for (auto [r, refusal] : llvm::enumerate(report.refusals))
    if (llvm::is_contained(users, refusal.first) &&
        llvm::is_contained(users, refusal.second)) {
      fact.refusal = r;
      return;
    }
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

FusionReport::AccessFact ReportBuilder::makeAccess(unsigned stage,
                                                   unsigned number) const {
  const StageAccess access = program.getAccesses(program.stages[stage])[number];
  return {stage, access.storage, access.isWrite, print(access.region.cell)};
}

void ReportBuilder::addRefusal(const MergeRefusal &refusal) {
  FusionReport::Refusal fact{groupOf.at(refusal.stageA),
                             groupOf.at(refusal.stageB),
                             refusal.obstacle,
                             {},
                             std::nullopt};
  for (const std::optional<AccessPair> &pair :
       {refusal.blocking, refusal.agreed})
    if (pair)
      fact.accesses.push_back({makeAccess(pair->stageA, pair->accessA),
                               makeAccess(pair->stageB, pair->accessB)});
  if (refusal.through)
    fact.through = program.nodes[*refusal.through].op->getLoc();
  report.refusals.push_back(std::move(fact));
}

/// Reads of one storage by one stage that were decided alike are one fact.
void ReportBuilder::addReads() {
  for (const ReadDecision &read : log.reads) {
    bool isKnown = llvm::any_of(report.reads, [&](const ReadDecision &other) {
      return other.reader == read.reader && other.storage == read.storage &&
             other.writers == read.writers &&
             other.isRecomputed == read.isRecomputed &&
             StringRef(other.why) == read.why;
    });
    if (!isKnown && !program.stages[read.reader].isRemoved)
      report.reads.push_back(read);
  }
}

void ReportBuilder::build() {
  Operation *parent = program.getBlock().getParentOp();
  auto function = dyn_cast<FunctionOpInterface>(parent);
  if (!function)
    function = parent->getParentOfType<FunctionOpInterface>();
  report.function = function.getName().str();
  for (const Stage &stage : program.stages) {
    StageOp op = stage.op;
    auto name = op->getParentOp()->getAttrOfType<StringAttr>("name");
    report.stages.push_back(
        {op.getLoc(), name ? name.str() : "stage", stage.isRemoved});
  }
  for (auto [g, group] : llvm::enumerate(plan.groups)) {
    FusionReport::GroupFact fact{print(group.sizes), {}};
    if (group.order != Order::Any)
      fact.over += group.order == Order::Ascending
                       ? ", one after the other"
                       : ", one after the other from the last";
    for (const Member &member : group.members) {
      fact.stages.push_back(member.stage);
      groupOf[member.stage] = g;
    }
    report.groups.push_back(std::move(fact));
  }
  for (const FusionPlan::Step &step : plan.steps)
    if (step.kernel)
      report.kernels.emplace_back(step.kernel->groups.begin(),
                                  step.kernel->groups.end());
  for (const MergeRefusal &refusal : log.refusals)
    if (groupOf.at(refusal.stageA) != groupOf.at(refusal.stageB))
      addRefusal(refusal); // else a later move has merged them
  for (unsigned s = 0; s < program.storages.size(); ++s)
    report.storages.push_back(makeStorage(s));
  addReads();
  Polynomial after = countBytes(program, plan);
  report.bytesBefore = print(log.bytesBefore);
  report.bytesAfter = print(after);
  report.staticBefore = log.bytesBefore.getConstant();
  report.staticAfter = after.getConstant();
  for (Symbol symbol : named) {
    std::string name = program.getSymbols().getName(symbol);
    if (StringRef(name).starts_with("s"))
      report.symbols.push_back(
          {name, program.getSymbols().getValue(symbol).getLoc()});
  }
}

FusionReport::FusionReport(const FusionProgram &program, const FusionPlan &plan,
                           const FusionLog &log) {
  ReportBuilder(program, plan, log, *this).build();
}
