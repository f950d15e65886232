//===- Schedule.cpp - In which order the points of groups run -------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The unit is a stage at a point: of two accesses in different units that
// nothing orders, each comes first under some seed. That is as much as threads
// can do that run at once.
//
//===----------------------------------------------------------------------===//

#include "Groups.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;

namespace {
struct GroupRun {
  const GroupPlan *plan;
  SmallVector<int64_t> over;
  int64_t points = 1;
  /// The number of its first thread.
  int64_t thread = 0;
  std::vector<StageRun> stages;
};

/// A point on its way, and the stage that it runs next. One of a sequential
/// group stands for all of its points, one after the other.
struct Task {
  uint32_t group;
  uint32_t stage;
  int64_t point;
};

/// All that is not finished.
class Schedule {
public:
  Schedule(Machine &machine, MutableArrayRef<GroupRun> groups)
      : m(machine), groups(groups) {}

  Outcome runInOrder();
  Outcome runShuffled();

private:
  Outcome runStage(GroupRun &group, uint32_t stage, int64_t point);
  void makeTasks();
  void shuffle();
  /// Runs a stage of the task; drops it if that was its last one.
  Outcome advance(size_t number);
  Outcome runRounds();

  Machine &m;
  MutableArrayRef<GroupRun> groups;
  std::vector<Task> tasks;
};
} // namespace

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

Outcome Schedule::runStage(GroupRun &group, uint32_t stage, int64_t point) {
  if (group.plan->isDescending)
    point = group.points - 1 - point;
  m.point = point;
  if (m.conflicts)
    m.conflicts->startStage(group.thread +
                            (group.plan->isSequential ? 0 : point));
  SmallVector<int64_t> place(group.over.size());
  for (size_t k = place.size(); k-- > 0;) {
    place[k] = point % group.over[k];
    point /= group.over[k];
  }
  return group.stages[stage].runAt(place);
}

Outcome Schedule::runInOrder() {
  for (GroupRun &group : groups)
    for (int64_t point = 0; point < group.points; ++point)
      for (uint32_t stage = 0; stage < group.stages.size(); ++stage)
        if (runStage(group, stage, point) == Outcome::Stop)
          return Outcome::Stop;
  return Outcome::Next;
}

void Schedule::makeTasks() {
  for (auto [number, group] : llvm::enumerate(groups)) {
    if (group.stages.empty())
      continue;
    int64_t count = group.plan->isSequential
                        ? std::min<int64_t>(group.points, 1)
                        : group.points;
    for (int64_t point = 0; point < count; ++point)
      tasks.push_back({static_cast<uint32_t>(number), 0, point});
  }
}

void Schedule::shuffle() {
  for (size_t left = tasks.size(); left > 1; --left)
    std::swap(tasks[left - 1], tasks[m.random.below(left)]);
}

Outcome Schedule::advance(size_t number) {
  Task &task = tasks[number];
  GroupRun &group = groups[task.group];
  if (runStage(group, task.stage, task.point) == Outcome::Stop)
    return Outcome::Stop;
  if (++task.stage < group.stages.size())
    return Outcome::Next;
  if (group.plan->isSequential && ++task.point < group.points) {
    task.stage = 0;
    return Outcome::Next;
  }
  task = tasks.back();
  tasks.pop_back();
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Orders
//===----------------------------------------------------------------------===//

/// Every point runs one stage before any of them runs the next.
Outcome Schedule::runRounds() {
  while (!tasks.empty()) {
    shuffle();
    for (size_t number = tasks.size(); number-- > 0;)
      if (advance(number) == Outcome::Stop)
        return Outcome::Stop;
  }
  return Outcome::Next;
}

/// Uniformly random orders are all alike in large spaces: points are then far
/// from each other. So the seed also chooses the kind of order.
Outcome Schedule::runShuffled() {
  makeTasks();
  uint64_t kind = m.seed % 4;
  if (kind == 3)
    return runRounds();
  constexpr size_t kAFew = 3;
  if (kind == 0)
    shuffle();
  while (!tasks.empty()) {
    size_t last = tasks.size() - 1, number;
    if (kind == 1) // any of them
      number = m.random.below(tasks.size());
    else if (kind == 2) // backwards, each point to its end
      number = last;
    else // a few at a time
      number = last - m.random.below(std::min(kAFew, tasks.size()));
    if (advance(number) == Outcome::Stop)
      return Outcome::Stop;
  }
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Groups
//===----------------------------------------------------------------------===//

static Outcome start(Machine &m, const GroupPlan &plan, GroupRun &run) {
  run.plan = &plan;
  run.over = m.read(plan.over);
  for (int64_t size : run.over)
    run.points *= std::max<int64_t>(size, 0);
  m.points = run.points;
  if (m.execute(plan.prelude) == Outcome::Stop)
    return Outcome::Stop;
  for (const StagePlan &stage : plan.stages) {
    run.stages.emplace_back(m, stage);
    if (run.stages.back().check() == Outcome::Stop)
      return Outcome::Stop;
  }
  return Outcome::Next;
}

Outcome interpreter::runGroups(Machine &m, ArrayRef<GroupPlan> groups) {
  std::vector<GroupRun> runs(groups.size());
  for (auto [plan, run] : llvm::zip(groups, runs))
    if (start(m, plan, run) == Outcome::Stop)
      return Outcome::Stop;
  for (size_t k = 1; k < runs.size(); ++k)
    runs[k].thread = runs[k - 1].thread + runs[k - 1].points;
  Conflicts conflicts;
  m.conflicts = m.findsConflicts ? &conflicts : nullptr;
  Schedule schedule(m, runs);
  Outcome outcome =
      m.seed == 0 ? schedule.runInOrder() : schedule.runShuffled();
  m.conflicts = nullptr;
  return outcome;
}
