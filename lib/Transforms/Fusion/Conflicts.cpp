//===- Conflicts.cpp - Which points of two stages meet --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Conflicts.h"
#include "elena/Analysis/PointMeetings.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

static void addFacts(const JointForm &form, Meeting &meeting) {
  meeting.disjoint |= form.areDisjoint(0, 1);
  llvm::append_range(meeting.equalities, form.getEqualities(0, 1));
}

/// Is there an index that does not move?
static bool hasUnit(const AccessRegion &region) {
  return llvm::any_of(
      region.sizes, [](const Polynomial &size) { return size.isConstant(1); });
}

static Meeting meetByDigits(const FusionProgram &program, const StageAccess &a,
                            const StageAccess &b) {
  Meeting meeting;
  // Of numbers, the question has an exact answer.
  if (auto viewA = a.region.getStatic(), viewB = b.region.getStatic();
      viewA && viewB && !mayShareCells(*viewA, *viewB)) {
    meeting.disjoint = true;
    return meeting;
  }
  std::array<AccessRegion, 2> regions{a.region, b.region};
  const StorageLayout &layout = program.storages[a.storage].layout;
  if (auto form = JointForm::build(program.facts(), layout, regions))
    addFacts(*form, meeting);
  // Where neither moves along a dimension of the storage, its step is no digit
  // of theirs: x[0, i] and x[-1, j] have to be told that it is one.
  if (meeting.disjoint || !hasUnit(a.region) || !hasUnit(b.region))
    return meeting;
  AccessRegion whole{{Polynomial(0), {}}, layout.sizes};
  whole.cell.coefficients.append(layout.strides.begin(), layout.strides.end());
  std::array<AccessRegion, 3> withWhole{a.region, b.region, whole};
  if (auto form = JointForm::build(program.facts(), layout, withWhole))
    addFacts(*form, meeting);
  return meeting;
}

static Meeting computeMeeting(const FusionProgram &program,
                              const StageAccess &a, const StageAccess &b) {
  Meeting meeting = meetByDigits(program, a, b);
  if (!meeting.disjoint)
    addMissingEqualities(a.region, b.region, meeting.equalities);
  return meeting;
}

Meeting elena::fusion::meet(const FusionProgram &program, const StageAccess &a,
                            size_t rankA, const StageAccess &b, size_t rankB) {
  Meeting meeting;
  if (a.storage != b.storage) {
    meeting.disjoint = !program.mayAlias(a.storage, b.storage);
    return meeting;
  }
  // The same few pairs are asked about after every move.
  std::string key;
  Polynomial(a.storage).appendKey(key);
  a.region.appendKey(key);
  b.region.appendKey(key);
  std::shared_ptr<const Meeting> &known = program.meetings[key];
  if (!known)
    known = std::make_shared<Meeting>(computeMeeting(program, a, b));
  meeting.disjoint = known->disjoint;
  for (const IndexEquality &equality : known->equalities)
    if (equality.first < rankA && equality.second < rankB)
      meeting.equalities.push_back(equality);
  return meeting;
}

//===----------------------------------------------------------------------===//
// Dependences
//===----------------------------------------------------------------------===//

static void collectOps(const Expression &expression,
                       llvm::SmallPtrSetImpl<Operation *> &ops) {
  ops.insert(expression.op);
  for (const Input &input : expression.inputs)
    for (const Input::Choice &choice : input.choices)
      collectOps(*choice.value, ops);
  for (const Gather &gather : expression.gathers)
    for (const Input::Choice &choice : gather.choices)
      collectOps(*choice.value, ops);
}

namespace {
/// Finds the barriers whose results an op is computed from.
class ValueSources {
public:
  explicit ValueSources(const FusionProgram &program) : program(program) {
    for (auto [n, node] : llvm::enumerate(program.nodes))
      if (node.barrier)
        numbers[node.op] = n;
  }

  std::set<unsigned> of(const Node &node) {
    llvm::SmallPtrSet<Operation *, 8> ops;
    if (node.stage)
      collectOps(program.stages[*node.stage].value, ops);
    else
      ops.insert(node.op);
    std::set<unsigned> sources;
    for (Operation *op : ops)
      visit(op, sources);
    return sources;
  }

private:
  void visit(Operation *op, std::set<unsigned> &sources) {
    const std::set<unsigned> &known = lookUp(op);
    sources.insert(known.begin(), known.end());
  }

  /// The sources of all that the op and its regions use.
  const std::set<unsigned> &lookUp(Operation *op) {
    auto place = cache.find(op);
    if (place != cache.end())
      return place->second;
    std::set<unsigned> sources;
    llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), used);
    for (Value value : used) {
      Operation *source = value.getDefiningOp();
      if (!source || source->getBlock() != &program.getBlock())
        continue;
      if (auto number = numbers.find(source); number != numbers.end())
        sources.insert(number->second);
      else
        visit(source, sources);
    }
    return cache[op] = sources;
  }

  const FusionProgram &program;
  llvm::DenseMap<Operation *, unsigned> numbers;
  std::map<Operation *, std::set<unsigned>> cache;
};
} // namespace

/// Must one of the two wait for the other, because of what they touch?
static bool isOrdered(const FusionProgram &program, const Barrier &barrier,
                      ArrayRef<StageAccess> accesses) {
  return llvm::any_of(accesses, [&](const StageAccess &access) {
    return program.touches(barrier, access.storage, /*write=*/!access.isWrite);
  });
}

namespace {
/// The conflicts of a new stage with those before it, storage by storage.
class AccessTable {
public:
  explicit AccessTable(const FusionProgram &program) : program(program) {
    for (unsigned s = 0; s < program.storages.size(); ++s) {
      aliases.emplace_back();
      for (unsigned other = 0; other < program.storages.size(); ++other)
        if (other == s || program.mayAlias(s, other))
          aliases[s].push_back(other);
    }
    entries.resize(program.storages.size());
  }

  std::map<unsigned, SmallVector<Meeting, 4>>
  findConflicts(ArrayRef<StageAccess> accesses, size_t rank) {
    std::map<unsigned, SmallVector<Meeting, 4>> conflicts;
    for (auto [number, y] : llvm::enumerate(accesses))
      for (unsigned storage : aliases[y.storage])
        for (const Entry &x : entries[storage]) {
          if (!x.access.isWrite && !y.isWrite)
            continue;
          Meeting meeting = meet(program, x.access, x.rank, y, rank);
          meeting.accessA = x.number;
          meeting.accessB = number;
          if (!meeting.disjoint)
            conflicts[x.node].push_back(std::move(meeting));
        }
    return conflicts;
  }

  void add(unsigned node, ArrayRef<StageAccess> accesses, size_t rank) {
    for (auto [number, access] : llvm::enumerate(accesses))
      entries[access.storage].push_back(
          {node, rank, static_cast<unsigned>(number), access});
  }

private:
  struct Entry {
    unsigned node;
    size_t rank;
    unsigned number;
    StageAccess access;
  };
  const FusionProgram &program;
  std::vector<SmallVector<unsigned, 2>> aliases;
  std::vector<std::vector<Entry>> entries;
};
} // namespace

Dependences::Dependences(const FusionProgram &program)
    : into(program.nodes.size()), outOf(program.nodes.size()) {
  ValueSources sources(program);
  AccessTable table(program);
  SmallVector<unsigned> barriers, present;
  std::vector<std::vector<StageAccess>> accesses(program.nodes.size());
  for (unsigned to = 0; to < program.nodes.size(); ++to) {
    const Node &node = program.nodes[to];
    if (node.stage && program.stages[*node.stage].isRemoved)
      continue;
    std::map<unsigned, Edge> edges;
    for (unsigned source : sources.of(node))
      edges[source] = {source, to, {}, true};
    if (node.stage) {
      const Stage &stage = program.stages[*node.stage];
      accesses[to] = program.getAccesses(stage);
      for (auto &[from, conflicts] :
           table.findConflicts(accesses[to], stage.getRank()))
        edges[from] = {from, to, std::move(conflicts), false};
      table.add(to, accesses[to], stage.getRank());
      for (unsigned from : barriers) {
        const Barrier &barrier = program.barriers[*program.nodes[from].barrier];
        // What has been checked before a stage is relied on by it.
        if (barrier.touchesAnything ||
            isOrdered(program, barrier, accesses[to]))
          edges[from] = {from, to, {}, true};
      }
    } else {
      const Barrier &barrier = program.barriers[*node.barrier];
      for (unsigned from : present)
        if (program.nodes[from].barrier ||
            isOrdered(program, barrier, accesses[from]))
          edges[from] = {from, to, {}, true};
      barriers.push_back(to);
    }
    present.push_back(to);
    for (auto &[from, edge] : edges)
      addEdge(std::move(edge));
  }
}

void Dependences::addEdge(Edge edge) {
  into[edge.to].push_back(allEdges.size());
  outOf[edge.from].push_back(allEdges.size());
  allEdges.push_back(std::move(edge));
}

const Dependences::Edge *Dependences::find(unsigned from, unsigned to) const {
  // Those into a node are made in the order of where they come from.
  auto place =
      llvm::lower_bound(into[to], from, [&](unsigned e, unsigned node) {
        return allEdges[e].from < node;
      });
  return place == into[to].end() || allEdges[*place].from != from
             ? nullptr
             : &allEdges[*place];
}
