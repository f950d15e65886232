//===- PackAndOrder.cpp - Kernels and their order -------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Groups without a path between them share a launch. All nodes get the length
// of the longest path that leads to them; groups of one length are a pack.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
/// Groups and barriers, and the edges between them.
struct Quotient {
  Quotient(const FusionProgram &program, const Dependences &dependences,
           const FusionPlan &plan)
      : numGroups(plan.groups.size()) {
    std::vector<unsigned> unitOf(program.nodes.size(), ~0u);
    for (auto [g, group] : llvm::enumerate(plan.groups))
      for (const Member &member : group.members)
        unitOf[program.nodeOfStage[member.stage]] = g;
    unsigned next = numGroups;
    for (auto [n, node] : llvm::enumerate(program.nodes))
      if (node.barrier) {
        barriers.push_back(*node.barrier);
        unitOf[n] = next++;
      }
    successors.resize(next);
    incoming.resize(next, 0);
    first.resize(next, ~0u);
    for (auto [n, unit] : llvm::enumerate(unitOf))
      if (unit != ~0u)
        first[unit] = std::min<unsigned>(first[unit], n);
    for (const Dependences::Edge &edge : dependences.edges()) {
      if (!edge.isCut && program.ignored.contains(Legality::PackApart))
        continue;
      unsigned from = unitOf[edge.from], to = unitOf[edge.to];
      if (from != to && successors[from].insert(to).second)
        ++incoming[to];
    }
  }

  size_t numGroups;
  std::vector<unsigned> barriers;
  std::vector<std::set<unsigned>> successors;
  std::vector<unsigned> incoming;
  /// The first node of each, in program order.
  std::vector<unsigned> first;
};
} // namespace

void elena::fusion::packAndOrder(const FusionProgram &program,
                                 const Dependences &dependences,
                                 FusionPlan &plan, bool pack) {
  Quotient quotient(program, dependences, plan);
  std::set<std::pair<unsigned, unsigned>> ready; // by the first node
  for (unsigned unit = 0; unit < quotient.first.size(); ++unit)
    if (quotient.incoming[unit] == 0)
      ready.insert({quotient.first[unit], unit});
  auto finish = [&](unsigned unit) {
    for (unsigned next : quotient.successors[unit])
      if (--quotient.incoming[next] == 0)
        ready.insert({quotient.first[next], next});
  };
  while (!ready.empty()) {
    // Barriers first: what waits for them can then join a pack.
    auto barrier = llvm::find_if(
        ready, [&](auto item) { return item.second >= quotient.numGroups; });
    if (barrier != ready.end()) {
      unsigned unit = barrier->second;
      ready.erase(barrier);
      plan.steps.push_back(
          {std::nullopt, quotient.barriers[unit - quotient.numGroups]});
      finish(unit);
      continue;
    }
    Kernel kernel;
    for (auto [node, unit] : ready)
      if (pack || kernel.groups.empty())
        kernel.groups.push_back(unit);
    if (pack)
      ready.clear();
    else
      ready.erase(ready.begin());
    for (unsigned unit : kernel.groups)
      finish(unit);
    plan.steps.push_back({std::move(kernel), std::nullopt});
  }
}

std::pair<size_t, size_t> elena::fusion::getCost(const FusionProgram &program,
                                                 const FusionPlan &plan) {
  size_t kernels = llvm::count_if(
      plan.steps, [](const auto &step) { return step.kernel.has_value(); });
  size_t stages = 0;
  std::set<unsigned> inMemory;
  for (const Group &group : plan.groups) {
    stages += group.members.size();
    std::set<unsigned> own;
    for (const PrivateStorage &storage : group.privates)
      own.insert(storage.storage);
    for (const Member &member : group.members)
      for (const StageAccess &access :
           program.getAccesses(program.stages[member.stage]))
        if (!program.storages[access.storage].escapes &&
            !own.count(access.storage))
          inMemory.insert(access.storage);
  }
  return {kernels + inMemory.size(), stages};
}

void FusionPlan::print(llvm::raw_ostream &os,
                       const FusionProgram &program) const {
  auto name = [&](Symbol symbol) {
    return program.getSymbols().getName(symbol);
  };
  auto list = [&](ArrayRef<Polynomial> values) {
    os << "[";
    llvm::interleaveComma(values, os,
                          [&](const Polynomial &p) { os << p.str(name); });
    os << "]";
  };
  for (auto [g, group] : llvm::enumerate(groups)) {
    os << "group " << g << ": T = ";
    list(group.sizes);
    if (group.order != Order::Any)
      os << (group.order == Order::Ascending ? " ascending" : " descending");
    os << "\n";
    for (const Member &member : group.members) {
      os << "  stage " << member.stage << " ";
      list(program.stages[member.stage].sizes);
      for (auto [k, t] : llvm::enumerate(member.theta)) {
        os << "  t" << k << " = i" << t.dimension;
        if (!t.shift.isZero())
          os << " + " << t.shift.str(name);
      }
      if (member.loopsOf)
        os << "  in the loops of stage " << *member.loopsOf;
      os << "\n";
    }
    for (const PrivateStorage &storage : group.privates) {
      os << "  private s" << storage.storage << " [";
      llvm::interleaveComma(storage.sizes, os);
      os << (storage.writeBack ? "] written back\n" : "]\n");
    }
  }
  for (const Step &step : steps) {
    if (step.barrier) {
      os << "barrier " << program.barriers[*step.barrier].op->getName() << "\n";
      continue;
    }
    os << "kernel: groups ";
    llvm::interleaveComma(step.kernel->groups, os);
    os << "\n";
  }
}
