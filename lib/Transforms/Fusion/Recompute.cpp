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
  bool replacesChanged;
};
using FoundChoices = SmallVector<FoundChoice, 1>;

/// A read over the reader's box: of what the storage held when stage `time`
/// ran.
struct Read {
  unsigned reader, time;
  /// What it reads may have changed since, so that it cannot stay a read.
  bool isChanged;
  /// The reader's, and what it gathers from behind it, if it does.
  const Polynomials &box;
  bool isGathered;

  Read at(unsigned when, bool changed) const {
    return {reader, when, changed, box, isGathered};
  }
};

class Recomputer {
public:
  Recomputer(FusionProgram &program, FusionLog *log, bool always)
      : program(program), definitions(program), log(log), always(always) {}

  void rewriteReads(unsigned reader);

private:
  /// What was found out about a read, and what replaces it, if anything.
  struct Found {
    std::optional<Input> replaced;
    SmallVector<ReadDecision, 1> decisions;
  };

  bool replace(const Read &read, Input &input);
  Found replaceAnew(const Read &read, const Input &input);
  ReadDecision tryReplace(const Read &read, Input &input);
  bool findChoices(const Read &read, const Input &input, FoundChoices &choices,
                   ReadDecision &decision);
  /// An expression and what becomes of it.
  struct Rewritten {
    std::shared_ptr<const Expression> from, to;
    bool isPossible = true, anyChanged = false;
  };
  using RewrittenValues = llvm::DenseMap<const Expression *, Rewritten>;

  bool replaceChanged(const Read &read, Expression &value, bool &anyChanged);
  bool stays(const Read &read, unsigned time, const StageAccess &access) const;
  void replaceWorthIt(const Read &read, Expression &value);
  void makeConditional(Expression &expression);
  bool guardLoads(FoundChoices &choices);
  bool replaceGather(unsigned reader, Gather &gather);
  std::shared_ptr<Expression> moveToReader(const Definition &definition,
                                           const Read &read) const;

  FusionProgram &program;
  ReachingDefinitions definitions;
  FusionLog *log;
  /// Whether it is worth it or not.
  bool always;
  /// How many more changed reads may be tried: an expression that reads its old
  /// value twice doubles with each update.
  unsigned left = 0;
  /// By what is asked, for one read of the reader: values that are read twice
  /// lead to the same reads on many ways.
  llvm::StringMap<Found> known;
  /// What a value of a choice becomes where it is part of a replacement: it may
  /// be part of many.
  RewrittenValues withoutChanged, worthIt, conditional;

  void forgetReads() {
    left = kMaxChanged;
    known.clear();
    withoutChanged.clear();
    worthIt.clear();
    conditional.clear();
  }
};
} // namespace

std::shared_ptr<Expression>
Recomputer::moveToReader(const Definition &definition, const Read &read) const {
  Expression value = definition.flat ? *definition.flat
                                     : definitions.getValue(definition.stage);
  return std::make_shared<Expression>(
      substitute(value, definition.indices, read.box.size()));
}

/// What stage `time` read is still there when the reader reads it.
bool Recomputer::stays(const Read &read, unsigned time,
                       const StageAccess &access) const {
  return definitions.isUnchanged(time, read.reader, access) &&
         definitions.readsFirst(read.reader, access);
}

static bool refuse(ReadDecision &decision, const char *why) {
  decision.why = why;
  return false;
}

/// What has changed of what the expression reads is replaced, each read by what
/// was there when its stage ran. False if some of it cannot be.
bool Recomputer::replaceChanged(const Read &read, Expression &value,
                                bool &anyChanged) {
  for (const Gather &gather : value.gathers)
    if (gather.isRead() &&
        !definitions.isUnchanged(value.stage, read.reader, gather))
      return false;
  bool stay = true;
  forEachGatheredLoad(
      value, read.box, [&](const Input &load, const Polynomials &box) {
        stay &=
            stays(read, value.stage, ReachingDefinitions::getAccess(load, box));
      });
  if (!stay)
    return false;
  for (Input &input : value.inputs) {
    for (Input::Choice &choice : input.choices) {
      Rewritten rewritten = withoutChanged.lookup(choice.value.get());
      if (!rewritten.from) {
        auto copy = std::make_shared<Expression>(*choice.value);
        rewritten.from = choice.value;
        rewritten.to = copy;
        rewritten.isPossible =
            replaceChanged(read, *copy, rewritten.anyChanged);
        withoutChanged[choice.value.get()] = rewritten;
      }
      anyChanged |= rewritten.anyChanged;
      if (!rewritten.isPossible)
        return false;
      choice.value = rewritten.to;
    }
    if (!input.isLoad() ||
        stays(read, value.stage,
              ReachingDefinitions::getAccess(input, read.box)))
      continue;
    anyChanged = true;
    if (left == 0)
      return false;
    --left;
    // What is added to it makes it larger only.
    if (!replace(read.at(value.stage, /*changed=*/true), input) ||
        isTooLarge(program, value, read.reader))
      return false;
  }
  return true;
}

/// The stages that made what is read, the last one first, as far as it takes to
/// have all of it. False if it is not known, or not worth it.
bool Recomputer::findChoices(const Read &read, const Input &input,
                             FoundChoices &choices, ReadDecision &decision) {
  SmallVector<unsigned> writers;
  bool isComplete = false;
  for (unsigned before = read.time; !isComplete;) {
    auto last = definitions.find(
        ReachingDefinitions::getAccess(input, read.box), before);
    if (last.writer)
      decision.writers.push_back(*last.writer);
    if (!last.definition || choices.size() >= kMaxChoices) {
      if (choices.empty())
        return refuse(decision, last.broken ? describe(*last.broken) : "");
      break;
    }
    before = *last.writer;
    auto value = moveToReader(*last.definition, read);
    if (isTooLarge(program, *value, read.reader))
      return refuse(decision, kTooLarge);
    bool anyChanged = false;
    if (!replaceChanged(read, *value, anyChanged))
      return refuse(decision, describe(Legality::Unchanged));
    Worth worth =
        weigh(program, *last.definition, *value, anyChanged, read.reader);
    decision.why = worth.why;
    if (always || read.isChanged ? isTooLarge(program, *value, read.reader)
                                 : !worth.isWorthIt)
      return false;
    isComplete = last.definition->conditions.empty();
    writers.push_back(before);
    choices.push_back(
        {std::move(*last.definition), std::move(value), anyChanged});
  }
  if (!isComplete && !definitions.cover(writers, input.storage))
    return refuse(decision, describe(Legality::Cover));
  decision.writers.assign(writers.begin(), writers.end());
  return true;
}

void Recomputer::makeConditional(Expression &expression) {
  for (Input &input : expression.inputs) {
    input.isConditional |= input.isLoad();
    for (Input::Choice &choice : input.choices) {
      Rewritten rewritten = conditional.lookup(choice.value.get());
      if (!rewritten.from) {
        auto copy = std::make_shared<Expression>(*choice.value);
        makeConditional(*copy);
        rewritten.from = choice.value;
        rewritten.to = copy;
        conditional[choice.value.get()] = rewritten;
        conditional[copy.get()] = {copy, copy};
      }
      choice.value = rewritten.to;
    }
  }
}

/// Where the reader's point is not in the box, nothing may be loaded.
bool Recomputer::guardLoads(FoundChoices &choices) {
  for (FoundChoice &choice : choices) {
    if (!definitions.canBeGuarded(*choice.value))
      return false;
    makeConditional(*choice.value);
  }
  return true;
}

/// What a replacement reads has not changed, so it is like any other read. What
/// it computes itself, too: where that was replaced, it was for another reader,
/// to which other loads were worth it.
void Recomputer::replaceWorthIt(const Read &read, Expression &value) {
  // Each may be small enough, and all of them together not.
  auto undoIfTooLarge = [&](auto &place, auto before) {
    if (isTooLarge(program, value, read.reader))
      place = std::move(before);
  };
  for (Input &input : value.inputs) {
    if (input.isLoad()) {
      Input before = input;
      if (!input.isConditional &&
          replace(read.at(value.stage, /*changed=*/false), input))
        undoIfTooLarge(input, std::move(before));
      continue;
    }
    for (Input::Choice &choice : input.choices) {
      Rewritten rewritten = worthIt.lookup(choice.value.get());
      if (!rewritten.from) {
        auto copy = std::make_shared<Expression>(*choice.value);
        replaceWorthIt(read, *copy);
        rewritten.from = choice.value;
        rewritten.to = copy;
        worthIt[choice.value.get()] = rewritten;
      }
      auto before = std::exchange(choice.value, rewritten.to);
      undoIfTooLarge(choice.value, std::move(before));
    }
  }
}

ReadDecision Recomputer::tryReplace(const Read &read, Input &input) {
  ReadDecision decision{read.reader, input.storage, {}, false, ""};
  FoundChoices choices;
  if (!findChoices(read, input, choices, decision))
    return decision;
  bool asksForWorth = !always && !read.isChanged;
  if (asksForWorth && choices.size() > 1 && !read.isGathered &&
      llvm::all_of(choices, [&](const auto &choice) {
        return hasLoads(*choice.value) &&
               sharesIterations(program, choice.definition, read.reader);
      })) {
    decision.why = "common loops can keep it instead of a branch per element";
    return decision;
  }
  for (FoundChoice &choice : choices)
    replaceWorthIt(read, *choice.value);
  if (asksForWorth && llvm::any_of(choices, [&](const auto &choice) {
        return (choice.replacesChanged ||
                !walksInOrder(choice.definition.indices)) &&
               readsSeveral(program, *choice.value, read.reader);
      })) {
    decision.why = "several temporaries would be read instead of one";
    return decision;
  }
  if ((choices.size() > 1 || input.isConditional) && !guardLoads(choices)) {
    decision.why = describe(Legality::GuardedLoad);
    return decision;
  }
  Input replaced;
  replaced.storage = input.storage;
  for (FoundChoice &choice : choices)
    replaced.choices.push_back(
        {std::move(choice.definition.conditions), choice.value});
  replaced.choices.back().conditions.clear();
  input = std::move(replaced);
  decision.isRecomputed = true;
  return decision;
}

Recomputer::Found Recomputer::replaceAnew(const Read &read,
                                          const Input &input) {
  size_t numLogged = log ? log->reads.size() : 0;
  Found found;
  Input replaced = input;
  ReadDecision decision = tryReplace(read, replaced);
  if (decision.isRecomputed)
    found.replaced = std::move(replaced);
  if (!log)
    return found;
  // What is nested in a replacement goes with it.
  if (decision.isRecomputed)
    found.decisions.append(log->reads.begin() + numLogged, log->reads.end());
  log->reads.resize(numLogged);
  if (!decision.writers.empty())
    found.decisions.push_back(decision);
  return found;
}

/// The reader and its box are those of all reads that are known.
static std::string getKey(const Read &read, const Input &input) {
  std::string key;
  for (unsigned number : {read.time, input.storage})
    Polynomial(number).appendKey(key);
  for (bool flag : {read.isChanged, read.isGathered, input.isConditional})
    key += flag ? '1' : '0';
  input.cell.offset.appendKey(key);
  for (const Polynomial &coefficient : input.cell.coefficients)
    coefficient.appendKey(key);
  return key;
}

bool Recomputer::replace(const Read &read, Input &input) {
  std::string key = getKey(read, input);
  auto place = known.find(key);
  if (place == known.end()) {
    place = known.try_emplace(key, replaceAnew(read, input)).first;
    // Told once, however many ways lead to it.
    if (log)
      llvm::append_range(log->reads, place->second.decisions);
  }
  const Found &found = place->second;
  if (found.replaced)
    input = *found.replaced;
  return found.replaced.has_value();
}

/// The element is what a point of another stage made, and which one is known
/// from its indices alone.
bool Recomputer::replaceGather(unsigned reader, Gather &gather) {
  if (!gather.isRead() || !program.storages[gather.storage].isAllocation ||
      (!always && !hasSingleReader(program, gather.storage) &&
       !isOfIteration(program, gather.storage)))
    return false;
  const Polynomials &own = program.stages[reader].sizes;
  Polynomials box = getGatherBox(gather, own);
  Input element;
  element.storage = gather.storage;
  element.cell = getAccess(gather, own).region.cell;
  element.isConditional = true;
  if (!replace({reader, reader, /*isChanged=*/false, box, /*isGathered=*/true},
               element))
    return false;
  gather.choices = std::move(element.choices);
  return true;
}

void Recomputer::rewriteReads(unsigned reader) {
  if (!definitions.isParallelReader(reader))
    return;
  Stage &stage = program.stages[reader];
  bool changed = false;
  for (Input &input : stage.value.inputs) {
    forgetReads();
    if (input.isLoad())
      changed |= replace({reader, reader, /*isChanged=*/false, stage.sizes,
                          /*isGathered=*/false},
                         input);
  }
  for (Gather &gather : stage.value.gathers) {
    forgetReads();
    changed |= replaceGather(reader, gather);
  }
  if (changed)
    stage.accesses.clear();
}

void elena::fusion::recomputeReads(FusionProgram &program, FusionLog *log,
                                   bool always) {
  Recomputer recomputer(program, log, always);
  for (unsigned reader = 0; reader < program.stages.size(); ++reader)
    recomputer.rewriteReads(reader);
}
