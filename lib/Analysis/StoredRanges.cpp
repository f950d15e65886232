//===- StoredRanges.cpp - Ranges of what storages hold --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/StoredRanges.h"
#include "RangeEvaluator.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// Symbols that one bound may be rid of.
static constexpr unsigned kProjections = 8;
/// Intervals of loaded numbers that a comparison is proved for, all
/// combinations together.
static constexpr unsigned kCases = 32;

static unsigned getElementWidth(Value ref) {
  return getIntegerWidth(cast<RefType>(ref.getType()).getElementType());
}

StoredRanges::StoredRanges(FunctionOpInterface function)
    : values(function), views(function) {
  // The sizes of an argument are those of one array: their products, too, are
  // words.
  llvm::MapVector<Value, llvm::MapVector<int64_t, Symbol>> sizes;
  function->walk([&](DimOp dim) {
    if (!isa<BlockArgument>(dim.getRef()))
      return;
    if (auto symbol = values.get(dim.getResult()).getSymbol())
      sizes[dim.getRef()][dim.getDimension()] = *symbol;
  });
  for (auto &[ref, dims] : sizes)
    argumentSizes.push_back(llvm::map_to_vector<4>(
        dims, [](const auto &entry) { return entry.second; }));
}

bool StoredRanges::isSize(const Monomial &product) {
  if (product.size() == 1) {
    Value value = values.getValue(product.front());
    return value.getDefiningOp<DimOp>() ||
           (llvm::any_of(value.getUsers(), llvm::IsaPred<AllocOp>) &&
            values.facts().isNonNegative(Polynomial::symbol(product.front())));
  }
  return llvm::any_of(argumentSizes, [&](ArrayRef<Symbol> sizes) {
    SmallVector<Symbol> left(sizes);
    return llvm::all_of(product, [&](Symbol symbol) {
      auto *place = llvm::find(left, symbol);
      if (place == left.end())
        return false;
      left.erase(place);
      return true;
    });
  });
}

RangeArithmetic StoredRanges::arithmeticAt(Operation *at) {
  return makeArithmetic(values.getFactsAt(at));
}

RangeArithmetic StoredRanges::arithmeticIn(StageOp stage) {
  Polynomials given = values.getFactsAt(stage);
  for (OpFoldResult size : stage.getMixedBox())
    given.push_back(values.get(size) - 1);
  return makeArithmetic(given);
}

RangeArithmetic StoredRanges::makeArithmetic(ArrayRef<Polynomial> given) {
  return RangeArithmetic(
      values.facts(), given,
      [this](const Monomial &product) { return isSize(product); });
}

IntegerRange StoredRanges::get(Value value, Operation *at) {
  auto stage = dyn_cast<StageOp>(at);
  bool isInBody = stage && stage.getBody().isAncestor(value.getParentRegion());
  return RangeEvaluator(*this, values,
                        isInBody ? arithmeticIn(stage) : arithmeticAt(at), at)
      .evaluate(value);
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

/// Does the op only tell numbers about the ref?
static bool asksForMetadata(Operation *op) {
  return isPure(op) && llvm::all_of(op->getResultTypes(), [](Type type) {
           return type.isIntOrIndex();
         });
}

void StoredRanges::collectUses(Value ref, Storage &storage) {
  for (OpOperand &use : ref.getUses()) {
    Operation *user = use.getOwner();
    if (auto view = dyn_cast<ViewOpInterface>(user)) {
      Value result = user->getResult(0);
      storage.escapes |= cast<RefType>(result.getType()).getElementType() !=
                         cast<RefType>(ref.getType()).getElementType();
      collectUses(result, storage);
    } else if (auto access = dyn_cast<AccessOpInterface>(user)) {
      SmallVector<Access> accesses;
      access.getAccesses(accesses);
      for (const Access &made : accesses) {
        if (made.operand != &use || made.kind != AccessKind::Write)
          continue;
        auto stage = dyn_cast<StageOp>(user);
        if (!stage || stage->getParentOfType<GroupOp>().isFused())
          storage.escapes = true;
        else
          storage.writers.push_back(
              {stage, use.getOperandNumber() -
                          stage.getOutputs().getBeginOperandIndex()});
      }
    } else if (!asksForMetadata(user) &&
               !(user->hasTrait<OpTrait::ReturnLike>() &&
                 isa<FunctionOpInterface>(user->getParentOp()))) {
      storage.escapes = true;
    }
  }
}

StoredRanges::Storage &StoredRanges::getStorage(AllocOp alloc) {
  auto [place, isNew] = storages.try_emplace(alloc.getRef());
  if (isNew) {
    place->second = std::make_unique<Storage>();
    collectUses(alloc.getRef(), *place->second);
  }
  return *place->second;
}

/// Has every cell of the ref been written before the reader?
bool StoredRanges::isWritten(const Storage &storage, Value ref,
                             Operation *reader) {
  Value root = getRoot(ref);
  return llvm::any_of(storage.writers, [&](const Writer &writer) {
    StageOp stage = writer.stage;
    if (stage.getMasked() || stage.getScatter())
      return false;
    Operation *group = stage->getParentOfType<GroupOp>();
    Operation *later = group->getBlock()->findAncestorOpInBlock(*reader);
    if (!later || later == group || !group->isBeforeInBlock(later))
      return false;
    Value output = stage.getOutputs()[writer.output];
    auto covers = [&](Value wanted) {
      SetRelation relation = views.relate(output, wanted);
      return output == wanted || relation == SetRelation::Equal ||
             relation == SetRelation::Contains;
    };
    return covers(root) || covers(ref);
  });
}

IntegerRange StoredRanges::getElements(Value ref, Operation *reader) {
  unsigned width = getElementWidth(ref);
  if (width == 0)
    return RangeArithmetic::full(64);
  auto alloc = getRoot(ref).getDefiningOp<AllocOp>();
  if (!alloc)
    return RangeArithmetic::full(width);
  Storage &storage = getStorage(alloc);
  if (storage.escapes || storage.isBusy || !isWritten(storage, ref, reader))
    return RangeArithmetic::full(width);
  if (storage.range)
    return *storage.range;
  storage.isBusy = true;
  IntegerRange all;
  RangeArithmetic arithmetic = arithmeticAt(alloc);
  for (const Writer &writer : storage.writers)
    all = arithmetic.join(all, getStored(writer, alloc->getBlock()), width);
  storage.isBusy = false;
  storage.range = all;
  return all;
}

IntegerRange StoredRanges::getStored(const Writer &writer, Block *scope) {
  StageOp stage = writer.stage;
  RangeEvaluator evaluator(*this, values, arithmeticIn(stage), stage);
  Value yielded =
      stage.getBody().front().getTerminator()->getOperand(writer.output);
  SmallVector<ReduceKind> kinds = stage.getCombinerKinds();
  IntegerRange range =
      kinds.empty()
          ? evaluator.evaluate(yielded)
          : getReduced(evaluator, stage, kinds[writer.output], yielded);
  return project(range, stage, scope,
                 getElementWidth(stage.getOutputs()[writer.output]));
}

IntegerRange StoredRanges::getReduced(RangeEvaluator &evaluator, StageOp stage,
                                      ReduceKind kind, Value yielded) {
  Polynomial count(1);
  for (int64_t d : stage.getDimensionsOf(IteratorKind::Reduction))
    count = count * values.get(stage.getMixedBox()[d]);
  // The box may be empty here.
  RangeArithmetic arithmetic = arithmeticAt(stage);
  // Of nothing the first position is 0.
  if (givesPosition(kind) && count.isKnown())
    return arithmetic.join({Interval{0, count - 1}},
                           RangeArithmetic::exactly(0), 64);
  unsigned width = getIntegerWidth(yielded.getType());
  bool isExtreme = kind == ReduceKind::Min || kind == ReduceKind::Max;
  bool isScan = !stage.getDimensionsOf(IteratorKind::Scan).empty();
  // Of nothing the extreme is what its type has.
  if (!isExtreme || isScan || width == 0 || !count.isKnown() ||
      !values.facts().isPositive(count, values.getFactsAt(stage)))
    return RangeArithmetic::full(width == 0 ? 64 : width);
  return evaluator.evaluate(yielded);
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

/// Has the value one value while the block runs?
static bool isFixedIn(Value value, Block *scope) {
  Block *block = value.getParentBlock();
  if (block == scope)
    return true;
  Operation *around = scope->getParentOp();
  return block && around && block->findAncestorOpInBlock(*around);
}

/// The factor of the symbol, if there is no square of it.
static std::optional<Polynomial> getFactor(const Polynomial &value,
                                           Symbol symbol) {
  Polynomial rest = value.substitute(symbol, Polynomial(0));
  Polynomial factor = value.substitute(symbol, Polynomial(1)) - rest;
  if (factor * Polynomial::symbol(symbol) + rest == value)
    return factor;
  return std::nullopt;
}

static std::optional<Symbol> findSymbol(const Polynomial &value,
                                        llvm::function_ref<bool(Symbol)> test) {
  for (const Polynomial::Term &term : value.getTerms())
    for (Symbol symbol : term.monomial)
      if (test(symbol))
        return symbol;
  return std::nullopt;
}

/// The ends of what a symbol stands for: the index of a loop, or a loaded
/// number.
std::optional<Interval> StoredRanges::getEnds(Symbol symbol) {
  Value value = values.getValue(symbol);
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop || loop.getUnsignedCmp() || argument != loop.getInductionVar())
      return std::nullopt;
    return Interval{values.get(loop.getLowerBound()),
                    values.get(loop.getUpperBound()) - 1};
  }
  auto cast = value.getDefiningOp<arith::IndexCastOp>();
  if (!cast || cast.getIn().getType().isIndex())
    return std::nullopt;
  IntegerRange range = get(cast.getIn(), cast);
  return range.size() == 1 ? std::optional(range.front()) : std::nullopt;
}

Polynomial StoredRanges::projectBound(Polynomial bound, bool upper,
                                      Operation *at, Block *scope) {
  auto isOutside = [&](Symbol symbol) {
    return !isFixedIn(values.getValue(symbol), scope);
  };
  for (unsigned round = 0; round < kProjections && bound.isKnown(); ++round) {
    std::optional<Symbol> symbol = findSymbol(bound, isOutside);
    if (!symbol)
      return bound;
    std::optional<Interval> ends = getEnds(*symbol);
    std::optional<Polynomial> factor = getFactor(bound, *symbol);
    if (!ends || !factor)
      break;
    RangeArithmetic arithmetic = arithmeticAt(at);
    bool rises = arithmetic.isNonNegative(*factor);
    if (!rises && !arithmetic.isNonNegative(-*factor))
      break;
    bound = bound.substitute(*symbol, rises == upper ? ends->hi : ends->lo);
  }
  return Polynomial::unknown();
}

IntegerRange StoredRanges::project(const IntegerRange &range, Operation *at,
                                   Block *scope, unsigned width) {
  IntegerRange all;
  for (const Interval &interval : range) {
    Interval projected{projectBound(interval.lo, false, at, scope),
                       projectBound(interval.hi, true, at, scope)};
    if (!projected.lo.isKnown() || !projected.hi.isKnown())
      return RangeArithmetic::full(width);
    all.push_back(projected);
  }
  return all;
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

bool StoredRanges::holds(Value condition, Operation *at) {
  Operation *op = condition.getDefiningOp();
  if (auto both = dyn_cast_or_null<arith::AndIOp>(op))
    return holds(both.getLhs(), at) && holds(both.getRhs(), at);
  if (auto either = dyn_cast_or_null<arith::OrIOp>(op))
    return holds(either.getLhs(), at) || holds(either.getRhs(), at);
  auto compare = dyn_cast_or_null<arith::CmpIOp>(op);
  if (!compare || !compare.getLhs().getType().isIndex())
    return RangeEvaluator(*this, values, arithmeticAt(at), at)
        .decide(condition)
        .value_or(false);
  Polynomial a = values.get(compare.getLhs()), b = values.get(compare.getRhs());
  Polynomials given = values.getFactsAt(at);
  switch (compare.getPredicate()) {
  case arith::CmpIPredicate::sge:
    return isNonNegativeAt(a - b, given);
  case arith::CmpIPredicate::sgt:
    return isNonNegativeAt(a - b - 1, given);
  case arith::CmpIPredicate::sle:
    return isNonNegativeAt(b - a, given);
  case arith::CmpIPredicate::slt:
    return isNonNegativeAt(b - a - 1, given);
  case arith::CmpIPredicate::eq:
    return isNonNegativeAt(a - b, given) && isNonNegativeAt(b - a, given);
  case arith::CmpIPredicate::ne:
    return isNonNegativeAt(a - b - 1, given) ||
           isNonNegativeAt(b - a - 1, given);
  default:
    return false;
  }
}

/// For each combination of intervals of the loaded numbers in `goal`.
bool StoredRanges::isNonNegativeAt(const Polynomial &goal, Polynomials given) {
  if (!goal.isKnown())
    return false;
  SmallVector<std::pair<elena::Symbol, IntegerRange>> loaded;
  auto isNewLoad = [&](elena::Symbol symbol) {
    auto cast = values.getValue(symbol).getDefiningOp<arith::IndexCastOp>();
    return cast && !cast.getIn().getType().isIndex() &&
           llvm::none_of(loaded, [&](const auto &known) {
             return known.first == symbol;
           });
  };
  size_t cases = 1;
  while (std::optional<Symbol> symbol = findSymbol(goal, isNewLoad)) {
    auto cast = values.getValue(*symbol).getDefiningOp<arith::IndexCastOp>();
    loaded.push_back({*symbol, get(cast.getIn(), cast)});
    cases *= loaded.back().second.size();
    if (cases > kCases)
      return false;
  }
  for (size_t number = 0; number < cases; ++number) {
    Polynomials facts(given);
    size_t left = number;
    for (const auto &[symbol, range] : loaded) {
      const Interval &interval = range[left % range.size()];
      left /= range.size();
      facts.push_back(Polynomial::symbol(symbol) - interval.lo);
      facts.push_back(interval.hi - Polynomial::symbol(symbol));
      facts.push_back(interval.hi - interval.lo);
    }
    if (!values.facts().isNonNegative(goal, facts))
      return false;
  }
  return true;
}
