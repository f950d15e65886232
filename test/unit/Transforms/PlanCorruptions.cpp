//===- PlanCorruptions.cpp - Plans with one mistake -----------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Corruptions.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

using Rules = std::vector<PlanRule>;

namespace {
class PlanCorrupter {
public:
  explicit PlanCorrupter(const Example &example)
      : program(*example.changed), plan(example.plan) {}

  std::vector<PlanCorruption> run();

private:
  void corruptMembers(size_t g);
  void corruptTheta(size_t g, size_t m);
  void corruptCoordinate(size_t g, size_t m, size_t k);
  void corruptSizes(size_t g);
  void corruptOrder(size_t g);
  void corruptSteps();
  void corruptKernels(size_t s, size_t t);
  void mergeGroups(size_t g, size_t h);
  void publishStorages(size_t g);
  void corruptPrivate(size_t g, size_t p);
  void corruptPrivateCells(size_t g, size_t p);
  void corruptWriteBack(size_t g, size_t p);

  /// The plan with one change.
  void add(const std::string &what, Rules rules, bool isMalformed,
           llvm::function_ref<void(FusionPlan &)> change) {
    corruptions.push_back({what, std::move(rules), plan, isMalformed});
    change(corruptions.back().plan);
  }

  const FusionProgram &program;
  const FusionPlan &plan;
  std::vector<PlanCorruption> corruptions;
};
} // namespace

static const Rules kStructure{PlanRule::Structure},
    kTheta{PlanRule::TotalTheta}, kSize{PlanRule::PrivateSize},
    kCell{PlanRule::PrivateCell}, kUnseen{PlanRule::PrivateUnseen};

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

void PlanCorrupter::corruptMembers(size_t g) {
  size_t count = plan.groups[g].members.size();
  for (size_t m = 0; m < count; ++m) {
    add("drop a stage", kStructure, true, [&](FusionPlan &p) {
      p.groups[g].members.erase(p.groups[g].members.begin() + m);
    });
    add("run a stage twice", kStructure, true, [&](FusionPlan &p) {
      p.groups[g].members.push_back(plan.groups[g].members[m]);
    });
    add("run a stage again in a kernel of its own", kStructure, true,
        [&](FusionPlan &p) {
          p.groups.push_back(
              {{plan.groups[g].members[m]}, plan.groups[g].sizes, {}});
          unsigned last = p.groups.size() - 1;
          p.steps.push_back({Kernel{{last}}, std::nullopt});
        });
    for (size_t k = 0; k < count; ++k)
      add("run a stage in the loops of another one", {PlanRule::SharedLoops},
          false, [&](FusionPlan &p) {
            p.groups[g].members[m].loopsOf = plan.groups[g].members[k].stage;
          });
    if (m + 1 < count)
      add("exchange two stages", {PlanRule::ProgramOrder}, false,
          [&](FusionPlan &p) {
            std::swap(p.groups[g].members[m], p.groups[g].members[m + 1]);
          });
  }
  if (count > 2)
    add("reverse the stages", {PlanRule::ProgramOrder}, false,
        [&](FusionPlan &p) {
          std::reverse(p.groups[g].members.begin(), p.groups[g].members.end());
        });
}

void PlanCorrupter::corruptTheta(size_t g, size_t m) {
  const Member &member = plan.groups[g].members[m];
  const Stage &stage = program.stages[member.stage];
  for (size_t k = 0; k < member.theta.size(); ++k) {
    corruptCoordinate(g, m, k);
    auto setDimension = [&](const char *what, size_t d) {
      add(what, kTheta, true, [&](FusionPlan &p) {
        p.groups[g].members[m].theta[k].dimension = d;
      });
    };
    setDimension("name a dimension that is not there", stage.getRank());
    for (size_t d = 0; d < stage.getRank(); ++d)
      if (stage.kinds[d] != tensorref::IteratorKind::Parallel)
        setDimension("name a dimension that is not parallel", d);
    for (size_t l = 0; l < k; ++l) {
      setDimension("name a dimension twice", member.theta[l].dimension);
      add("exchange two coordinates",
          {PlanRule::TotalTheta, PlanRule::Agreement, PlanRule::SharedLoops},
          false, [&](FusionPlan &p) {
            auto &theta = p.groups[g].members[m].theta;
            std::swap(theta[k], theta[l]);
          });
    }
    add("lack a coordinate", {PlanRule::NoRepeat}, true, [&](FusionPlan &p) {
      auto &theta = p.groups[g].members[m].theta;
      theta.erase(theta.begin() + k);
    });
  }
}

void PlanCorrupter::corruptCoordinate(size_t g, size_t m, size_t k) {
  for (int64_t by : {1, -1, 2}) {
    auto shift = [&](FusionPlan &p) {
      Polynomial &old = p.groups[g].members[m].theta[k].shift;
      old = old + by;
    };
    add("shift a coordinate",
        {PlanRule::TotalTheta, PlanRule::Agreement, PlanRule::SharedLoops},
        false, shift);
    if (by > 0)
      add("shift a coordinate in a larger T",
          {PlanRule::Agreement, PlanRule::SharedLoops, PlanRule::PrivateSize},
          false, [&](FusionPlan &p) {
            shift(p);
            p.groups[g].sizes[k] = p.groups[g].sizes[k] + by;
          });
  }
}

void PlanCorrupter::corruptSizes(size_t g) {
  for (size_t k = 0; k < plan.groups[g].sizes.size(); ++k) {
    add("shrink T", kTheta, false, [&](FusionPlan &p) {
      p.groups[g].sizes[k] = p.groups[g].sizes[k] - 1;
    });
    add("empty T", kTheta, false,
        [&](FusionPlan &p) { p.groups[g].sizes[k] = Polynomial(0); });
    add("T of unknown size", kTheta, true,
        [&](FusionPlan &p) { p.groups[g].sizes[k] = Polynomial::unknown(); });
    add("a coordinate that nobody has", {PlanRule::NoRepeat}, true,
        [&](FusionPlan &p) { p.groups[g].sizes.push_back(Polynomial(2)); });
  }
}

void PlanCorrupter::corruptOrder(size_t g) {
  for (Order order : {Order::Any, Order::Ascending, Order::Descending})
    if (order != plan.groups[g].order)
      add("run the points in another order", {PlanRule::Agreement}, false,
          [&](FusionPlan &p) { p.groups[g].order = order; });
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

void PlanCorrupter::corruptSteps() {
  for (size_t s = 0; s < plan.steps.size(); ++s) {
    add("drop a step", kStructure, true,
        [&](FusionPlan &p) { p.steps.erase(p.steps.begin() + s); });
    add("run a step twice", kStructure, true,
        [&](FusionPlan &p) { p.steps.push_back(plan.steps[s]); });
    add("an empty step", kStructure, true,
        [&](FusionPlan &p) { p.steps.insert(p.steps.begin() + s, {{}, {}}); });
    for (size_t t = s + 1; t < plan.steps.size(); ++t) {
      add("exchange two steps", {PlanRule::StepOrder, PlanRule::ValueOrder},
          false, [&](FusionPlan &p) { std::swap(p.steps[s], p.steps[t]); });
      if (plan.steps[s].kernel && plan.steps[t].kernel)
        corruptKernels(s, t);
    }
  }
}

void PlanCorrupter::corruptKernels(size_t s, size_t t) {
  add("put groups into an earlier pack",
      {PlanRule::PackApart, PlanRule::StepOrder}, false, [&](FusionPlan &p) {
        llvm::append_range(p.steps[s].kernel->groups,
                           p.steps[t].kernel->groups);
        p.steps.erase(p.steps.begin() + t);
      });
  add("put groups into a later pack",
      {PlanRule::PackApart, PlanRule::StepOrder}, false, [&](FusionPlan &p) {
        llvm::append_range(p.steps[t].kernel->groups,
                           p.steps[s].kernel->groups);
        p.steps.erase(p.steps.begin() + s);
      });
}

/// All of h becomes part of g, in the step of g. The number of h is then that
/// of the last group.
void PlanCorrupter::mergeGroups(size_t g, size_t h) {
  const Group &first = plan.groups[g], &second = plan.groups[h];
  if (g == h || first.sizes.size() != second.sizes.size())
    return;
  add("merge groups",
      {PlanRule::Agreement, PlanRule::TotalTheta, PlanRule::PackApart,
       PlanRule::StepOrder},
      false, [&](FusionPlan &p) {
        llvm::append_range(p.groups[g].members, second.members);
        llvm::append_range(p.groups[g].privates, second.privates);
        llvm::sort(p.groups[g].members, [](const Member &a, const Member &b) {
          return a.stage < b.stage;
        });
        unsigned last = p.groups.size() - 1;
        for (FusionPlan::Step &step : p.steps)
          if (step.kernel) {
            llvm::erase(step.kernel->groups, h);
            llvm::replace(step.kernel->groups, last, unsigned(h));
          }
        llvm::erase_if(p.steps, [](const FusionPlan::Step &step) {
          return step.kernel && step.kernel->groups.empty();
        });
        p.groups[h] = p.groups[last];
        p.groups.pop_back();
      });
}

//===----------------------------------------------------------------------===//
// Private storages
//===----------------------------------------------------------------------===//

/// Makes every storage private that is not.
void PlanCorrupter::publishStorages(size_t g) {
  std::map<unsigned, PrivateStorage> found;
  for (const Member &member : plan.groups[g].members)
    for (auto [k, access] :
         llvm::enumerate(program.getAccesses(program.stages[member.stage]))) {
      PrivateStorage &own = found[access.storage];
      own.storage = access.storage;
      own.cells[{member.stage, static_cast<unsigned>(k)}] = access.region.cell;
    }
  for (auto &[storage, own] : found) {
    if (llvm::any_of(plan.groups[g].privates, [&](const PrivateStorage &known) {
          return known.storage == storage;
        }))
      continue;
    own.sizes = {4096};
    add("a private storage that is seen", kUnseen, false,
        [&](FusionPlan &p) { p.groups[g].privates.push_back(own); });
  }
}

void PlanCorrupter::corruptPrivate(size_t g, size_t p) {
  const PrivateStorage &own = plan.groups[g].privates[p];
  add("a private storage twice", kStructure, true,
      [&](FusionPlan &changed) { changed.groups[g].privates.push_back(own); });
  // A group that has nothing to do with the storage may call it its own.
  auto touches = [&](const Member &member) {
    return llvm::any_of(program.getAccesses(program.stages[member.stage]),
                        [&](const StageAccess &access) {
                          return access.storage == own.storage;
                        });
  };
  for (size_t h = 0; h < plan.groups.size(); ++h)
    if (h != g && llvm::any_of(plan.groups[h].members, touches))
      add("a private storage of another group", kUnseen, true,
          [&](FusionPlan &changed) {
            changed.groups[h].privates.push_back(own);
            auto &privates = changed.groups[g].privates;
            privates.erase(privates.begin() + p);
          });
  for (size_t k = 0; k < own.sizes.size(); ++k) {
    auto sizesOf = [&](FusionPlan &changed) -> auto & {
      return changed.groups[g].privates[p].sizes;
    };
    add("too few private cells", kSize, false,
        [&](FusionPlan &changed) { --sizesOf(changed)[k]; });
    add("no private cells", kSize, false,
        [&](FusionPlan &changed) { sizesOf(changed)[k] = 0; });
    add("a private dimension less", kSize, false, [&](FusionPlan &changed) {
      sizesOf(changed).erase(sizesOf(changed).begin() + k);
    });
  }
}

void PlanCorrupter::corruptWriteBack(size_t g, size_t p) {
  const PrivateStorage &own = plan.groups[g].privates[p];
  if (!own.writeBack)
    return;
  auto formOf = [&](FusionPlan &changed) -> auto & {
    return changed.groups[g].privates[p].writeBack;
  };
  add("a storage that is seen and not written back", kUnseen, true,
      [&](FusionPlan &changed) { formOf(changed).reset(); });
  for (int64_t by : {1, -1})
    add("write back to another cell", {PlanRule::WriteBack}, false,
        [&](FusionPlan &changed) {
          formOf(changed)->offset = formOf(changed)->offset + by;
        });
  for (size_t k = 0; k < own.writeBack->coefficients.size(); ++k) {
    add("write back with another stride", {PlanRule::WriteBack}, false,
        [&](FusionPlan &changed) {
          Polynomial &step = formOf(changed)->coefficients[k];
          step = step + 1;
        });
    add("write back without a dimension", {PlanRule::WriteBack}, true,
        [&](FusionPlan &changed) {
          auto &steps = formOf(changed)->coefficients;
          steps.erase(steps.begin() + k);
        });
  }
  for (size_t k = 0; k < own.sizes.size(); ++k)
    add("write back what has not been made",
        {PlanRule::WriteBack, PlanRule::PrivateCell}, false,
        [&](FusionPlan &changed) { ++changed.groups[g].privates[p].sizes[k]; });
}

void PlanCorrupter::corruptPrivateCells(size_t g, size_t p) {
  for (const auto &[access, cell] : plan.groups[g].privates[p].cells) {
    auto with = [&](const char *what,
                    llvm::function_ref<void(AffineForm &)> change) {
      add(what, kCell, false, [&](FusionPlan &changed) {
        change(changed.groups[g].privates[p].cells[access]);
      });
    };
    with("a private cell too far",
         [](AffineForm &form) { form.offset = form.offset + 1; });
    with("a private cell too near",
         [](AffineForm &form) { form.offset = form.offset - 1; });
    for (size_t d = 0; d < cell.coefficients.size(); ++d) {
      with("private cells that coincide",
           [&](AffineForm &form) { form.coefficients[d] = Polynomial(0); });
      with("private cells that are apart", [&](AffineForm &form) {
        form.coefficients[d] = form.coefficients[d] + 1;
      });
    }
    add("an access without a private cell", kCell, true,
        [&](FusionPlan &changed) {
          changed.groups[g].privates[p].cells.erase(access);
        });
  }
}

std::vector<PlanCorruption> PlanCorrupter::run() {
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    corruptMembers(g);
    for (size_t m = 0; m < plan.groups[g].members.size(); ++m)
      corruptTheta(g, m);
    corruptSizes(g);
    corruptOrder(g);
    for (size_t h = 0; h < plan.groups.size(); ++h)
      mergeGroups(g, h);
    publishStorages(g);
    for (size_t p = 0; p < plan.groups[g].privates.size(); ++p) {
      corruptPrivate(g, p);
      corruptPrivateCells(g, p);
      corruptWriteBack(g, p);
    }
  }
  corruptSteps();
  return std::move(corruptions);
}

std::vector<PlanCorruption> elena::fusion::corruptPlan(const Example &example) {
  return PlanCorrupter(example).run();
}
