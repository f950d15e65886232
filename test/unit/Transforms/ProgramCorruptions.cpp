//===- ProgramCorruptions.cpp - Programs changed in a wrong way -----------===//
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

/// What is computed instead of reading a gathered element, as an input.
static Input asInput(const Gather &gather) {
  Input input;
  input.storage = gather.storage;
  input.choices = gather.choices;
  return input;
}

/// Changes input number `target` of the expression, counted from the outside
/// in; all that is above it is made anew.
static Expression rewrite(const Expression &expression, int &target,
                          llvm::function_ref<void(Input &)> change) {
  Expression result = expression;
  auto visit = [&](Input &input) {
    if (target-- == 0)
      change(input);
    for (Input::Choice &choice : input.choices)
      choice.value =
          std::make_shared<Expression>(rewrite(*choice.value, target, change));
  };
  llvm::for_each(result.inputs, visit);
  for (Gather &gather : result.gathers) {
    if (gather.isRead())
      continue;
    Input input = asInput(gather);
    visit(input);
    gather.choices = input.choices;
  }
  return result;
}

static void collectInputs(const Expression &expression, bool isNested,
                          std::vector<std::pair<Input, bool>> &inputs) {
  auto visit = [&](const Input &input) {
    inputs.push_back({input, isNested});
    for (const Input::Choice &choice : input.choices)
      collectInputs(*choice.value, true, inputs);
  };
  llvm::for_each(expression.inputs, visit);
  for (const Gather &gather : expression.gathers)
    if (!gather.isRead())
      visit(asInput(gather));
}

namespace {
class ProgramCorrupter {
public:
  explicit ProgramCorrupter(const Example &example) : example(example) {}

  std::vector<ProgramCorruption> run();

private:
  using Change = llvm::function_ref<void(Input &)>;

  void corruptStage(unsigned s);
  void corruptLoad(unsigned s, int position, const Input &load, bool isNested);
  void corruptChoices(unsigned s, int position, const Input &input);
  void corruptTimes(unsigned s, const Expression &expression, int &position);
  void corruptConditions(unsigned s, int position, size_t choice,
                         const Input &input);
  void replaceLoads(const FusionProgram &program, unsigned s);

  FusionProgram &add(const FusionProgram &from, const char *what, Rules rules,
                     bool isMalformed = false) {
    corruptions.push_back({what, std::move(rules), from, isMalformed});
    // What they were before the change.
    for (Stage &stage : corruptions.back().program.stages)
      stage.accesses.clear();
    return corruptions.back().program;
  }
  void change(unsigned s, int position, const char *what, Rules rules,
              Change how, bool isMalformed = false) {
    Stage &stage =
        add(*example.changed, what, std::move(rules), isMalformed).stages[s];
    stage.value = rewrite(stage.value, position, how);
    stage.accesses.clear();
  }

  const Example &example;
  std::vector<ProgramCorruption> corruptions;
};
} // namespace

void ProgramCorrupter::corruptStage(unsigned s) {
  const FusionProgram &program = *example.changed;
  add(program, "remove a stage", {PlanRule::DeadStage}).stages[s].isRemoved =
      true;
  for (size_t d = 0; d < program.stages[s].getRank(); ++d)
    for (int64_t by : {1, -1}) {
      Polynomial &size =
          add(program, "another box", {PlanRule::SameBox}).stages[s].sizes[d];
      size = size + by;
    }
  for (size_t o = 0; o < program.stages[s].outputs.size(); ++o) {
    Polynomial &offset = add(program, "write another cell",
                             {PlanRule::SameAccess, PlanRule::DefinitionIndex,
                              PlanRule::Definition})
                             .stages[s]
                             .outputs[o]
                             .cell.offset;
    offset = offset + 1;
  }
}

void ProgramCorrupter::corruptLoad(unsigned s, int position, const Input &load,
                                   bool isNested) {
  Rules rules{isNested ? PlanRule::DefinitionIndex : PlanRule::SameAccess};
  for (int64_t by : {1, -1})
    change(s, position, "load another cell", rules,
           [&](Input &input) { input.cell.offset = input.cell.offset + by; });
  if (load.isConditional)
    change(
        s, position, "load where the expression is not taken",
        {PlanRule::GuardedLoad},
        [](Input &input) { input.isConditional = false; }, true);
  for (size_t d = 0; d < load.cell.coefficients.size(); ++d)
    change(s, position, "load with another stride", rules, [&](Input &input) {
      input.cell.coefficients[d] = input.cell.coefficients[d] + 1;
    });
  for (unsigned other = 0; other < example.changed->storages.size(); ++other)
    if (other != load.storage)
      change(s, position, "load from another storage", rules,
             [&](Input &input) { input.storage = other; });
}

void ProgramCorrupter::corruptConditions(unsigned s, int position,
                                         size_t choice, const Input &input) {
  auto with = [&](const char *what,
                  llvm::function_ref<void(Input::Choice &)> how) {
    change(s, position, what, {PlanRule::Membership},
           [&](Input &changed) { how(changed.choices[choice]); });
  };
  for (size_t c = 0; c < input.choices[choice].conditions.size(); ++c) {
    with("a condition less", [&](Input::Choice &changed) {
      changed.conditions.erase(changed.conditions.begin() + c);
    });
    for (int64_t by : {1, -1})
      with("another condition", [&](Input::Choice &changed) {
        Polynomial &offset = changed.conditions[c].offset;
        offset = offset + by;
      });
  }
}

void ProgramCorrupter::corruptChoices(unsigned s, int position,
                                      const Input &input) {
  for (size_t c = 0; c < input.choices.size(); ++c) {
    corruptConditions(s, position, c, input);
    for (size_t d = 0; d < input.choices[c].value->indices.size(); ++d)
      change(s, position, "an expression at another index",
             {PlanRule::DefinitionIndex}, [&](Input &changed) {
               Expression value = *changed.choices[c].value;
               value.indices[d].offset = value.indices[d].offset + 1;
               changed.choices[c].value =
                   std::make_shared<Expression>(std::move(value));
             });
    if (input.choices.size() > 1)
      change(s, position, "a writer less",
             {PlanRule::Definition, PlanRule::Membership}, [&](Input &changed) {
               changed.choices.erase(changed.choices.begin() + c);
             });
  }
  if (input.choices.size() > 1)
    change(s, position, "writers in the wrong order",
           {PlanRule::Definition, PlanRule::Membership}, [&](Input &changed) {
             std::reverse(changed.choices.begin(), changed.choices.end());
             std::swap(changed.choices.front().conditions,
                       changed.choices.back().conditions);
           });
}

/// What the stage of the expression read, at its own time, is not what is there
/// later, nor what was there before the last update.
void ProgramCorrupter::corruptTimes(unsigned s, const Expression &expression,
                                    int &position) {
  size_t rank = example.changed->stages[s].getRank();
  Expression before =
      getWrittenValue(example.original->stages[expression.stage]);
  for (auto [k, input] : llvm::enumerate(expression.inputs)) {
    int here = position++;
    for (const Input::Choice &choice : input.choices) {
      for (const Input &older : choice.value->inputs)
        if (older.storage == input.storage)
          change(s, here, "an update left out",
                 {PlanRule::Definition, PlanRule::DefinitionIndex,
                  PlanRule::Membership, PlanRule::Unchanged,
                  PlanRule::SameAccess, PlanRule::GuardedLoad,
                  PlanRule::DeadStage},
                 [&](Input &changed) { changed = older; });
      corruptTimes(s, *choice.value, position);
    }
    bool isFlat = expression.indices.size() != before.indices.size();
    if (input.isLoad() || isFlat || expression.stage == s)
      continue;
    change(s, here, "a load of what has changed since",
           {PlanRule::Unchanged, PlanRule::GuardedLoad, PlanRule::DeadStage},
           [&](Input &changed) {
             changed.choices.clear();
             changed.cell =
                 before.inputs[k].cell.compose(expression.indices, rank);
           });
  }
  for (const Gather &gather : expression.gathers) {
    std::vector<std::pair<Input, bool>> inputs;
    for (const Input::Choice &choice : gather.choices)
      collectInputs(*choice.value, true, inputs);
    position += gather.isRead() ? 0 : 1 + inputs.size();
  }
}

/// Every read by every earlier stage, at the same index or near to it: right
/// now and then, by chance.
void ProgramCorrupter::replaceLoads(const FusionProgram &program, unsigned s) {
  const Stage &stage = program.stages[s];
  for (size_t k = 0; k < stage.value.inputs.size(); ++k) {
    const Input &load = stage.value.inputs[k];
    if (!load.isLoad())
      continue;
    for (unsigned w = 0; w < s; ++w) {
      const Stage &writer = program.stages[w];
      if (writer.getRank() != stage.getRank() ||
          writer.outputs.front().storage != load.storage)
        continue;
      for (int64_t shift : {0, 1, 2}) {
        SmallVector<AffineForm, 4> indices;
        for (size_t d = 0; d < stage.getRank(); ++d) {
          indices.push_back(AffineForm::dimension(d, stage.getRank()));
          indices.back().offset = Polynomial(shift);
        }
        Input replaced;
        replaced.storage = load.storage;
        replaced.choices.push_back(
            {{},
             std::make_shared<Expression>(
                 substitute(writer.value, indices, stage.getRank()))});
        add(program, "an expression that is not the definition",
            {PlanRule::Definition, PlanRule::DefinitionIndex,
             PlanRule::Membership, PlanRule::Unchanged, PlanRule::GuardedLoad})
            .stages[s]
            .value.inputs[k] = replaced;
      }
    }
  }
}

std::vector<ProgramCorruption> ProgramCorrupter::run() {
  for (unsigned s = 0; s < example.changed->stages.size(); ++s) {
    replaceLoads(*example.original, s);
    if (example.changed->stages[s].isRemoved)
      continue;
    corruptStage(s);
    int position = 0;
    corruptTimes(s, example.changed->stages[s].value, position);
    std::vector<std::pair<Input, bool>> inputs;
    collectInputs(example.changed->stages[s].value, false, inputs);
    for (auto [position, item] : llvm::enumerate(inputs))
      if (item.first.isLoad())
        corruptLoad(s, position, item.first, item.second);
      else
        corruptChoices(s, position, item.first);
    replaceLoads(*example.changed, s);
  }
  return std::move(corruptions);
}

std::vector<ProgramCorruption>
elena::fusion::corruptProgram(const Example &example) {
  return ProgramCorrupter(example).run();
}
