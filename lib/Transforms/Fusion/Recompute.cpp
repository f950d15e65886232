//===- Recompute.cpp - Computing again instead of reading -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rewriting only: what may be replaced is asked of ReachingDefinitions, and
// what is worth it of RecomputeProfit.h.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Moves.h"
#include "elena/Transforms/Fusion/RecomputeProfit.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
/// One of the stages that made what is read, and its expression over the
/// reader's box.
struct FoundChoice {
  Definition definition;
  std::shared_ptr<Expression> value;
};
using FoundChoices = SmallVector<FoundChoice, 1>;

class Recomputer {
public:
  Recomputer(FusionProgram &program, FusionLog *log)
      : program(program), definitions(program), log(log) {}

  void rewriteReads(unsigned reader);

private:
  bool replace(unsigned reader, Input &input);
  ReadDecision tryReplace(unsigned reader, Input &input);
  void replaceLoads(unsigned reader, Expression &value);
  bool findChoices(const Input &input, FoundChoices &choices,
                   ReadDecision &decision) const;
  bool guardLoads(FoundChoices &choices) const;
  std::shared_ptr<Expression> moveToReader(const Definition &definition,
                                           unsigned reader) const;

  FusionProgram &program;
  ReachingDefinitions definitions;
  FusionLog *log;
};
} // namespace

std::shared_ptr<Expression>
Recomputer::moveToReader(const Definition &definition, unsigned reader) const {
  const Expression &value = definition.flat
                                ? *definition.flat
                                : program.stages[definition.stage].value;
  return std::make_shared<Expression>(
      substitute(value, definition.indices, program.stages[reader].getRank()));
}

static bool refuse(ReadDecision &decision, const char *why) {
  decision.why = why;
  return false;
}

/// The stages that made what is read, the last one first, as far as it takes to
/// have all of it. False if it is not known, or not worth it.
bool Recomputer::findChoices(const Input &input, FoundChoices &choices,
                             ReadDecision &decision) const {
  unsigned reader = decision.reader;
  SmallVector<unsigned> writers;
  bool isComplete = false;
  for (unsigned before = reader; !isComplete;) {
    auto last = definitions.find(reader, input, before);
    if (last.writer)
      decision.writers.push_back(*last.writer);
    if (!last.definition || choices.size() >= kMaxChoices) {
      if (choices.empty())
        return refuse(decision, last.broken ? describe(*last.broken) : "");
      break;
    }
    Worth worth = weigh(program, *last.definition, reader);
    decision.why = worth.why;
    if (!worth.isWorthIt)
      return false;
    before = *last.writer;
    auto value = moveToReader(*last.definition, reader);
    if (!definitions.isUnchanged(before, reader, *value))
      return refuse(decision, describe(Legality::Unchanged));
    if (!definitions.readsFirst(reader, *value))
      return refuse(decision, describe(Legality::ReadsFirst));
    isComplete = last.definition->conditions.empty();
    writers.push_back(before);
    choices.push_back({std::move(*last.definition), std::move(value)});
  }
  if (!isComplete && !definitions.cover(writers, input.storage))
    return refuse(decision, describe(Legality::Cover));
  decision.writers.assign(writers.begin(), writers.end());
  return true;
}

static void makeConditional(Expression &expression) {
  for (Input &input : expression.inputs) {
    input.isConditional |= input.isLoad();
    for (Input::Choice &choice : input.choices) {
      auto copy = std::make_shared<Expression>(*choice.value);
      makeConditional(*copy);
      choice.value = std::move(copy);
    }
  }
}

/// Where the reader's point is not in the box, nothing may be loaded.
bool Recomputer::guardLoads(FoundChoices &choices) const {
  if (choices.size() == 1)
    return true;
  for (FoundChoice &choice : choices) {
    if (!definitions.canBeGuarded(*choice.value))
      return false;
    makeConditional(*choice.value);
  }
  return true;
}

/// Those of what the expression computes itself, too: where they were replaced,
/// it was for another reader, to which other loads were worth it. (What
/// replaces a conditional load would have to be conditional.)
void Recomputer::replaceLoads(unsigned reader, Expression &value) {
  for (Input &input : value.inputs) {
    if (input.isLoad()) {
      if (!input.isConditional)
        replace(reader, input);
      continue;
    }
    for (Input::Choice &choice : input.choices) {
      auto copy = std::make_shared<Expression>(*choice.value);
      replaceLoads(reader, *copy);
      choice.value = std::move(copy);
    }
  }
}

/// Replaces a read of the reader, and then what the replacement itself reads:
/// up to the reader nothing of it has changed, so it is like any other read.
ReadDecision Recomputer::tryReplace(unsigned reader, Input &input) {
  ReadDecision decision{reader, input.storage, {}, false, ""};
  FoundChoices choices;
  if (!findChoices(input, choices, decision))
    return decision;
  if (choices.size() > 1 && llvm::all_of(choices, [&](const auto &choice) {
        return hasLoads(*choice.value) &&
               sharesIterations(program, choice.definition, reader);
      })) {
    decision.why = "common loops can keep it instead of a branch per element";
    return decision;
  }
  Input replaced;
  replaced.storage = input.storage;
  for (FoundChoice &choice : choices)
    replaced.choices.push_back(
        {std::move(choice.definition.conditions), choice.value});
  replaced.choices.back().conditions.clear();
  for (FoundChoice &choice : choices)
    replaceLoads(reader, *choice.value);
  if (!guardLoads(choices)) {
    decision.why = describe(Legality::GuardedLoad);
    return decision;
  }
  input = std::move(replaced);
  decision.isRecomputed = true;
  return decision;
}

bool Recomputer::replace(unsigned reader, Input &input) {
  size_t numLogged = log ? log->reads.size() : 0;
  ReadDecision decision = tryReplace(reader, input);
  if (log) {
    // What is nested in a replacement goes with it.
    if (!decision.isRecomputed)
      log->reads.resize(numLogged);
    if (!decision.writers.empty())
      log->reads.push_back(decision);
  }
  return decision.isRecomputed;
}

void Recomputer::rewriteReads(unsigned reader) {
  if (!definitions.isParallelReader(reader))
    return;
  Stage &stage = program.stages[reader];
  bool changed = false;
  for (Input &input : stage.value.inputs)
    if (input.isLoad())
      changed |= replace(reader, input);
  if (changed)
    stage.accesses.clear();
}

void elena::fusion::recomputeReads(FusionProgram &program, FusionLog *log) {
  Recomputer recomputer(program, log);
  for (unsigned reader = 0; reader < program.stages.size(); ++reader)
    recomputer.rewriteReads(reader);
}
