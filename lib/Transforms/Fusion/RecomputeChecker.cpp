//===- RecomputeChecker.cpp - Is a changed program the same? --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The claim that is tested, from a stage down into its expressions: "this input
// is what the storage held in this cell when stage `time` read it". A load
// makes good on it if nobody has written to the cell from then on up to the
// stage that is run, the *reader*; a choice of expressions if they are the last
// writers of the cell before `time`, each at the point that wrote it. What an
// expression takes in is a claim of the same kind, with the writer as `time`.
//
//===----------------------------------------------------------------------===//

#include "CellOrigin.h"
#include "SplitBox.h"
#include "WriteHistory.h"
#include "elena/Transforms/Fusion/PlanChecker.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

using Result = std::optional<PlanViolation>;

namespace {
/// What stage `time` read. It is judged over the reader's box or, where the
/// reader's points are not all points of the stage, over that one's box.
struct Claim {
  unsigned storage, time;
  AccessRegion region;
  /// The point of the region's box that a point of the reader's stands for.
  SmallVector<AffineForm, 4> at;
};

class RecomputeChecker {
public:
  RecomputeChecker(const FusionProgram &original, const FusionProgram &changed);

  Result run();

private:
  Result checkStage(unsigned number);
  Result checkInput(const Input &input, const Claim &claim);
  Result checkInputAnew(const Input &input, const Claim &claim);
  std::string getKey(const Input &input, const Claim &claim) const;
  Result checkUnchanged(const Claim &claim) const;
  Result checkChoices(const Input &input, const Claim &claim);
  Result checkChoice(const Input::Choice &choice, unsigned writer,
                     const Claim &claim, bool isLast, bool &isEverywhere);
  Result checkConditions(const Input::Choice &choice, const CellOrigin &origin,
                         const Claim &claim, bool isLast,
                         bool &isEverywhere) const;
  Result checkValue(const Expression &value, unsigned writer,
                    ArrayRef<AffineForm> point);
  Result checkGathers(const Expression &value, unsigned writer);
  Result checkJoined(const Input::Choice &choice, unsigned writer,
                     const Claim &claim, bool isLast, bool &isEverywhere);
  Result checkOverBox(const Input::Choice &choice, unsigned writer,
                      const Claim &claim, const JoinedForms &joined,
                      bool isLast, bool &isEverywhere);
  Result checkByNumber(const Input::Choice &choice, unsigned writer,
                       const Claim &claim);

  bool isLastWriter(unsigned writer, unsigned below, const Claim &claim) const;
  bool isAtOnePoint(const StageAccess &write, const Claim &claim) const;
  bool holds(const AffineForm &condition, const Polynomials &box) const;
  Claim overReader(const Claim &claim) const;
  SmallVector<AffineForm, 4> moveToReader(ArrayRef<AffineForm> forms,
                                          const Claim &claim) const;
  Result checkGather(const Gather &gather, unsigned writer);
  PlanViolation fail(PlanRule rule, const char *message, unsigned other) const {
    return {rule, message, {other, reader}};
  }

  const FusionProgram &original, &changed;
  const SymbolFacts &facts;
  WriteHistory history;
  unsigned reader = 0;
  /// The reader's, and behind it the dimensions of what is gathered, where that
  /// is computed.
  Polynomials box;
  /// What was found out about an input of an expression, for the reader: an
  /// expression is part of many others where its value is read twice.
  llvm::StringMap<Result> known;
};
} // namespace

static SmallVector<AffineForm, 4> getIdentity(size_t rank) {
  SmallVector<AffineForm, 4> point;
  for (size_t d = 0; d < rank; ++d)
    point.push_back(AffineForm::dimension(d, rank));
  return point;
}

RecomputeChecker::RecomputeChecker(const FusionProgram &original,
                                   const FusionProgram &changed)
    : original(original), changed(changed), facts(changed.facts()),
      history(changed) {}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

Result RecomputeChecker::checkStage(unsigned number) {
  reader = number;
  box = changed.stages[number].sizes;
  known.clear();
  const Stage &before = original.stages[number], &now = changed.stages[number];
  if (!hasSameAccesses(facts, before, now))
    return PlanViolation{
        PlanRule::SameAccess, "an access of the stage has changed", {number}};
  return checkValue(now.value, number, getIdentity(now.getRank()));
}

SmallVector<AffineForm, 4>
RecomputeChecker::moveToReader(ArrayRef<AffineForm> forms,
                               const Claim &claim) const {
  return llvm::map_to_vector<4>(forms, [&](const AffineForm &form) {
    return form.compose(claim.at, box.size());
  });
}

Claim RecomputeChecker::overReader(const Claim &claim) const {
  return {claim.storage,
          claim.time,
          {moveToReader(claim.region.cell, claim).front(), box},
          getIdentity(box.size())};
}

std::string RecomputeChecker::getKey(const Input &input,
                                     const Claim &claim) const {
  std::string key = std::to_string(reinterpret_cast<uintptr_t>(&input)) + " " +
                    std::to_string(claim.storage) + " " +
                    std::to_string(claim.time) + " ";
  claim.region.appendKey(key);
  for (const AffineForm &form : claim.at) {
    form.offset.appendKey(key);
    for (const Polynomial &coefficient : form.coefficients)
      coefficient.appendKey(key);
  }
  for (const Polynomial &size : box)
    size.appendKey(key);
  return key;
}

Result RecomputeChecker::checkInput(const Input &input, const Claim &claim) {
  if (input.isLoad())
    return checkInputAnew(input, claim);
  std::string key = getKey(input, claim);
  auto place = known.find(key);
  if (place == known.end()) {
    Result found = checkInputAnew(input, claim);
    place = known.try_emplace(key, std::move(found)).first;
  }
  return place->second;
}

Result RecomputeChecker::checkInputAnew(const Input &input,
                                        const Claim &claim) {
  Claim here = overReader(claim);
  if (!input.isLoad()) {
    Result violation = checkChoices(input, here);
    if (!violation || claim.time == reader)
      return violation;
    // Some points of the reader may be none of the stage's.
    return checkChoices(input, claim) ? violation : std::nullopt;
  }
  if (input.storage != claim.storage ||
      !areEqual(facts, input.cell, here.region.cell))
    return claim.time == reader
               ? fail(PlanRule::SameAccess, "a load has changed", claim.time)
               : fail(PlanRule::DefinitionIndex,
                      "an expression loads what its definition did not read",
                      claim.time);
  // The reader's own loads are run as they always were.
  return claim.time == reader ? std::nullopt : checkUnchanged(here);
}

//===----------------------------------------------------------------------===//
// Who writes when
//===----------------------------------------------------------------------===//

/// Does the reader write to the cell only at the very point that reads it?
bool RecomputeChecker::isAtOnePoint(const StageAccess &write,
                                    const Claim &claim) const {
  const Stage &stage = changed.stages[reader];
  if (!stage.isParallel() || stage.op.getScatter() ||
      llvm::is_contained(stage.kinds, IteratorKind::Scan))
    return false;
  // A stage of one point has read all that it reads when it writes.
  bool isSingle = true;
  for (size_t d = 0; d < stage.getRank(); ++d)
    isSingle = isSingle && (stage.kinds[d] != IteratorKind::Parallel ||
                            stage.sizes[d].isConstant(1));
  if (isSingle)
    return true;
  if (write.storage != claim.storage)
    return false;
  auto question = [&](const auto &pair) {
    for (size_t d = 0; d < stage.getRank(); ++d)
      if (stage.kinds[d] == IteratorKind::Parallel &&
          !stage.sizes[d].isConstant(1) && !pair.agree({d, 0}, {d, 0}))
        return false;
    return true;
  };
  std::array<AccessRegion, 2> regions{claim.region, write.region};
  auto form =
      JointForm::build(facts, changed.storages[claim.storage].layout, regions);
  return (form &&
          question(DigitPair(facts, *form, regions[0], 0, regions[1], 1))) ||
         askPoints({claim.storage, false, false, claim.region}, write,
                   question);
}

/// From the time of the claim on, its own writes included, up to the reader's.
Result RecomputeChecker::checkUnchanged(const Claim &claim) const {
  if (history.barrierMayWrite(claim.time, reader, claim.storage))
    return fail(PlanRule::Unchanged,
                "a barrier changes what an expression reads", claim.time);
  if (auto writer =
          history.findWriter(claim.time, reader, claim.storage, claim.region))
    return fail(PlanRule::Unchanged,
                "the first stage changes what an expression of the second one "
                "reads",
                *writer);
  for (const StageAccess &write : history.of(reader))
    if ((write.storage == claim.storage
             ? !areRegionsApart(changed, claim.storage, write.region,
                                claim.region)
             : changed.mayAlias(write.storage, claim.storage)) &&
        !isAtOnePoint(write, claim))
      return fail(PlanRule::Unchanged,
                  "the stage changes what its own expression reads", reader);
  return std::nullopt;
}

/// Is `writer` the one that has written the cell last, before stage `below` and
/// if it was not one of the stages between the two that have been excluded?
bool RecomputeChecker::isLastWriter(unsigned writer, unsigned below,
                                    const Claim &claim) const {
  const Stage &stage = changed.stages[writer];
  return writer < below && stage.outputs.size() == 1 &&
         stage.outputs.front().storage == claim.storage &&
         stage.isElementwise() &&
         !history.barrierMayWrite(writer, claim.time, claim.storage) &&
         !history.findWriter(writer + 1, below, claim.storage, claim.region);
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// Is every load made only where the expression is taken? Such a load goes
/// through the whole storage, cell by cell.
static bool loadsAreGuarded(const FusionProgram &program,
                            const Expression &expression) {
  bool guarded = true;
  forEachLoad(expression, [&](const Input &load) {
    guarded = guarded && load.isConditional &&
              program.storages[load.storage].layout.contiguous;
  });
  return guarded;
}

Result RecomputeChecker::checkChoices(const Input &input, const Claim &claim) {
  unsigned below = claim.time;
  bool isEverywhere = false;
  std::vector<AccessRegion> regions;
  for (const Input::Choice &choice : input.choices) {
    unsigned number = choice.value->stage;
    bool isKnown = number < changed.stages.size() &&
                   changed.stages[number].op == choice.value->op;
    if (!isKnown || !isLastWriter(number, below, claim))
      return fail(PlanRule::Definition,
                  "the first stage is not known to have written last what the "
                  "second one reads",
                  isKnown ? number : reader);
    below = number;
    if (input.choices.size() > 1 && !loadsAreGuarded(changed, *choice.value))
      return fail(PlanRule::GuardedLoad,
                  "an expression that may not apply loads", below);
    bool isLast = &choice == &input.choices.back();
    if (Result violation =
            checkChoice(choice, below, claim, isLast, isEverywhere))
      return violation;
    regions.push_back(history.of(below).front().region);
  }
  auto covers = [&](ArrayRef<AccessRegion> writes) {
    return coverByCounting(changed, claim.storage, writes);
  };
  if (!isEverywhere && !llvm::any_of(regions, covers) && !covers(regions))
    return fail(PlanRule::Membership, "no expression applies everywhere",
                below);
  return std::nullopt;
}

static bool asksForIndices(StageOp op) {
  return op.getBody()
      .walk([](IndexOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

Result RecomputeChecker::checkChoice(const Input::Choice &choice,
                                     unsigned writer, const Claim &claim,
                                     bool isLast, bool &isEverywhere) {
  auto origin = findOrigin(changed, claim.storage,
                           history.of(writer).front().region, claim.region);
  if (!origin)
    return checkJoined(choice, writer, claim, isLast, isEverywhere);
  if (Result violation =
          checkConditions(choice, *origin, claim, isLast, isEverywhere))
    return violation;
  return checkValue(*choice.value, writer, moveToReader(origin->point, claim));
}

bool RecomputeChecker::holds(const AffineForm &condition,
                             const Polynomials &box) const {
  return facts.isNonNegative(getRange(facts, condition, box).first,
                             getNonEmpty(box));
}

/// The conditions say exactly that the point is one of the writer's.
Result RecomputeChecker::checkConditions(const Input::Choice &choice,
                                         const CellOrigin &origin,
                                         const Claim &claim, bool isLast,
                                         bool &isEverywhere) const {
  unsigned writer = choice.value->stage;
  auto isIn = [&](const AffineForm &form, ArrayRef<AffineForm> forms) {
    return llvm::any_of(forms, [&](const AffineForm &other) {
      return areEqual(facts, form, other);
    });
  };
  SmallVector<AffineForm, 4> necessary = moveToReader(origin.necessary, claim);
  for (const AffineForm &condition : choice.conditions)
    if (!isIn(condition, necessary) && !holds(condition, box))
      return fail(PlanRule::Membership,
                  "an expression is left out where it applies", writer);
  isEverywhere = true;
  bool isTested = true;
  for (auto [form, moved] : llvm::zip_equal(origin.necessary, necessary)) {
    if (holds(form, claim.region.sizes) || holds(moved, box))
      continue;
    isEverywhere = false;
    isTested &= isIn(moved, choice.conditions);
  }
  // The last one is taken where no other is; that it then applies is for
  // all writers together to show.
  if (isTested || (isLast && choice.conditions.empty()))
    return std::nullopt;
  return fail(PlanRule::Membership,
              "an expression is taken where it does not apply", writer);
}

/// The expression, over the reader's box, is that of the stage at the point.
Result RecomputeChecker::checkValue(const Expression &value, unsigned number,
                                    ArrayRef<AffineForm> point) {
  const Stage &stage = changed.stages[number];
  // The reader's own body is run as it is, mask and all.
  Expression before = number == reader
                          ? original.stages[number].value
                          : getWrittenValue(original.stages[number]);
  size_t rank = box.size();
  if (value.indices.size() != before.indices.size() ||
      value.inputs.size() != before.inputs.size())
    return fail(PlanRule::DefinitionIndex,
                "an expression is not the one of its stage", number);
  if (Result violation = checkGathers(value, number))
    return violation;
  if (asksForIndices(stage.op))
    for (auto [index, old] :
         llvm::zip_equal(value.indices, stage.value.indices))
      if (!areEqual(facts, index, old.compose(point, rank)))
        return fail(PlanRule::DefinitionIndex,
                    "an expression is that of another point", number);
  for (auto [input, old] : llvm::zip_equal(value.inputs, before.inputs)) {
    AffineForm cell = old.cell.compose(
        getLocalIndices(original.stages[number], stage), stage.getRank());
    Claim claim{old.storage,
                number,
                {std::move(cell), stage.sizes},
                SmallVector<AffineForm, 4>(point)};
    if (Result violation = checkInput(input, claim))
      return violation;
  }
  return std::nullopt;
}

/// What the expression gathers is what its stage did, from refs of which
/// nothing has changed since, nor does the reader change it.
Result RecomputeChecker::checkGathers(const Expression &value,
                                      unsigned writer) {
  const auto &before = original.stages[writer].value.gathers;
  bool isSame = llvm::equal(
      value.gathers, before, [](const Gather &gather, const Gather &old) {
        return gather.storage == old.storage && gather.ref == old.ref &&
               gather.region.cell == old.region.cell &&
               gather.region.sizes == old.region.sizes;
      });
  if (!isSame)
    return fail(PlanRule::DefinitionIndex,
                "an expression gathers from other refs than its stage", writer);
  for (const Gather &gather : value.gathers)
    if (Result violation = checkGather(gather, writer))
      return violation;
  return std::nullopt;
}

/// An element is read where it still is, or its value is what was last written
/// there, whichever element it is.
Result RecomputeChecker::checkGather(const Gather &gather, unsigned writer) {
  if (gather.isRead()) {
    if (writer == reader)
      return std::nullopt;
    if (history.barrierMayWrite(writer, reader, gather.storage))
      return fail(PlanRule::Unchanged,
                  "a barrier changes what an expression gathers", writer);
    StageAccess read = getAccess(gather, box);
    if (auto other =
            history.findWriter(writer, reader + 1, gather.storage, read.region))
      return fail(PlanRule::Unchanged,
                  "the first stage changes what an expression of the second "
                  "one gathers",
                  *other);
    return std::nullopt;
  }
  for (const Input::Choice &choice : gather.choices)
    if (!loadsAreGuarded(changed, *choice.value))
      return fail(PlanRule::GuardedLoad,
                  "an expression for a gathered element loads by itself",
                  writer);
  Input element;
  element.storage = gather.storage;
  element.choices = gather.choices;
  StageAccess read = getAccess(gather, box);
  Polynomials outer = std::exchange(box, getGatherBox(gather, box));
  Claim claim{gather.storage, writer, read.region, getIdentity(box.size())};
  Result violation = checkChoices(element, claim);
  box = std::move(outer);
  return violation;
}

/// The same over the writer's box with dimensions joined, for a read that goes
/// through those in other steps: as few of them as possible, or as many.
Result RecomputeChecker::checkJoined(const Input::Choice &choice,
                                     unsigned writer, const Claim &claim,
                                     bool isLast, bool &isEverywhere) {
  const Stage &stage = changed.stages[writer];
  Expression before = getWrittenValue(original.stages[writer]);
  const AccessRegion &write = history.of(writer).front().region;
  SmallVector<AffineForm> forms{write.cell};
  for (const Input &old : before.inputs)
    forms.push_back(old.cell.compose(
        getLocalIndices(original.stages[writer], stage), stage.getRank()));
  Result exact;
  for (const std::set<size_t> &apart :
       {findOwnDigits(changed, claim.storage, write, claim.region), {}}) {
    JoinedForms joined = joinDimensions(facts, forms, stage.sizes, apart);
    Result violation =
        checkOverBox(choice, writer, claim, joined, isLast, isEverywhere);
    if (!violation)
      return std::nullopt;
    // Where the point is known, what is wrong is known best.
    if (!exact && violation->rule != PlanRule::DefinitionIndex)
      exact = violation;
  }
  isEverywhere = true; // or it is a violation
  Result violation = checkByNumber(choice, writer, claim);
  return violation && exact ? exact : violation;
}

/// … over this box: the first form is the write's, the others are those of the
/// inputs.
Result RecomputeChecker::checkOverBox(const Input::Choice &choice,
                                      unsigned writer, const Claim &claim,
                                      const JoinedForms &joined, bool isLast,
                                      bool &isEverywhere) {
  Expression before = getWrittenValue(original.stages[writer]);
  auto origin = findOrigin(changed, claim.storage,
                           {joined.forms.front(), joined.sizes}, claim.region);
  if (!origin || asksForIndices(changed.stages[writer].op) ||
      choice.value->inputs.size() != before.inputs.size())
    return fail(PlanRule::DefinitionIndex,
                "it is not known which point has written what is read", writer);
  if (Result violation =
          checkConditions(choice, *origin, claim, isLast, isEverywhere))
    return violation;
  if (Result violation = checkGathers(*choice.value, writer))
    return violation;
  for (auto [input, old, cell] :
       llvm::zip_equal(choice.value->inputs, before.inputs,
                       ArrayRef(joined.forms).drop_front())) {
    Claim nested{old.storage,
                 writer,
                 {cell, joined.sizes},
                 moveToReader(origin->point, claim)};
    if (Result violation = checkInput(input, nested))
      return violation;
  }
  return std::nullopt;
}

/// The same over numbers of points, for a read that goes through the writer's
/// points in other steps.
Result RecomputeChecker::checkByNumber(const Input::Choice &choice,
                                       unsigned writer, const Claim &claim) {
  const Stage &stage = changed.stages[writer];
  Expression before = getWrittenValue(original.stages[writer]);
  PlanViolation violation =
      fail(PlanRule::DefinitionIndex,
           "it is not known which point has written what is read", writer);
  auto number = findPointNumber(
      changed, claim.storage, history.of(writer).front().region, claim.region);
  if (!number || !choice.conditions.empty() || asksForIndices(stage.op) ||
      choice.value->inputs.size() != before.inputs.size())
    return violation;
  if (Result failed = checkGathers(*choice.value, writer))
    return failed;
  Polynomial points(1);
  for (const Polynomial &size : stage.sizes)
    points = points * size;
  for (auto [input, old] :
       llvm::zip_equal(choice.value->inputs, before.inputs)) {
    auto cell = linearize(
        facts,
        old.cell.compose(getLocalIndices(original.stages[writer], stage),
                         stage.getRank()),
        stage.sizes);
    if (!cell)
      return violation;
    Claim nested{
        old.storage, writer, {*cell, {points}}, moveToReader(*number, claim)};
    if (Result failed = checkInput(input, nested))
      return failed;
  }
  return std::nullopt;
}

Result RecomputeChecker::run() {
  if (original.stages.size() != changed.stages.size())
    return PlanViolation{PlanRule::SameBox, "a stage is missing", {}};
  // Boxes of removed stages matter as well: others are compared with them.
  for (unsigned s = 0; s < changed.stages.size(); ++s)
    if (!isSplitBox(facts, original.stages[s], changed.stages[s]))
      return PlanViolation{
          PlanRule::SameBox, "the stage's box has other points", {s}};
  for (unsigned s = 0; s < changed.stages.size(); ++s)
    if (!changed.stages[s].isRemoved)
      if (Result violation = checkStage(s))
        return violation;
  AccessPairs live(changed);
  for (unsigned s = 0; s < changed.stages.size(); ++s) {
    const Stage &stage = changed.stages[s];
    bool hasNoPoint = false;
    for (size_t d = 0; d < stage.getRank(); ++d)
      hasNoPoint |=
          stage.kinds[d] == IteratorKind::Parallel && stage.sizes[d].isZero();
    if (!stage.isRemoved || hasNoPoint)
      continue;
    if (isOverwritten(changed, live, history, s))
      continue;
    if (auto user = findReader(changed, live, history, s))
      return PlanViolation{PlanRule::DeadStage,
                           "what the first stage, which was removed, writes is "
                           "read by the second one, or outside",
                           {s, *user}};
  }
  return std::nullopt;
}

Result elena::fusion::checkRecompute(const FusionProgram &original,
                                     const FusionProgram &changed) {
  return RecomputeChecker(original, changed).run();
}
