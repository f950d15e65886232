//===- StageBuilder.cpp - The stages of a group, as IR --------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// Refs
//===----------------------------------------------------------------------===//

Value StageBuilder::makeView(Value root, const AffineForm &cell,
                             const Stage &stage, bool isOutput) {
  SymbolicView view;
  auto number = [&](const Polynomial &value) {
    return program.getSymbols().materialize(builder, loc, value);
  };
  // Nothing is reached through an empty view; its offset may be negative.
  bool isEmpty = llvm::any_of(
      stage.sizes, [](const Polynomial &size) { return size.isZero(); });
  view.offset = number(isEmpty ? Polynomial(0) : cell.offset);
  for (size_t d = 0; d < stage.getRank(); ++d) {
    if (isOutput && stage.kinds[d] == IteratorKind::Reduction)
      continue;
    view.sizes.push_back(number(stage.sizes[d]));
    view.strides.push_back(number(cell.coefficients[d]));
  }
  return StridedViewOp::create(builder, loc, root, view);
}

Value StageBuilder::makeRef(const Member &member, unsigned access,
                            const StageAccess &what, bool isOutput) {
  const Stage &stage = program.stages[member.stage];
  for (const PrivateStorage &own : group.privates)
    if (own.storage == what.storage)
      return makeView(locals[what.storage],
                      own.cells.at({member.stage, access}), stage, isOutput);
  return makeView(program.storages[what.storage].root, what.region.cell, stage,
                  isOutput);
}

/// The whole storage, cell by cell.
Value StageBuilder::makeFlatRef(unsigned storage) {
  const StorageInfo &info = program.storages[storage];
  Polynomial cells(1);
  for (const Polynomial &size : info.layout.sizes)
    cells = cells * size;
  IndexArith arith(builder, loc);
  SymbolicView view;
  view.offset = arith.constant(0);
  view.sizes = {program.getSymbols().materialize(builder, loc, cells)};
  view.strides = {arith.constant(1)};
  return StridedViewOp::create(builder, loc, info.root, view);
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

/// The value of the form at this point of the box.
Value StageBuilder::emitForm(const AffineForm &form) {
  IndexArith arith(builder, loc);
  OpFoldResult sum =
      program.getSymbols().materialize(builder, loc, form.offset);
  for (auto [d, coefficient] : llvm::enumerate(form.coefficients)) {
    if (coefficient.isZero())
      continue;
    size_t rank = form.coefficients.size() - coordinates.size();
    Value index = d < rank
                      ? IndexOp::create(builder, loc, builder.getIndexType(), d)
                            .getResult()
                      : coordinates[d - rank];
    sum = arith.add(sum, arith.mul(program.getSymbols().materialize(
                                       builder, loc, coefficient),
                                   index));
  }
  return arith.materialize(sum);
}

Value StageBuilder::emitConditions(ArrayRef<AffineForm> conditions) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), all;
  for (const AffineForm &condition : conditions) {
    Value holds = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                        emitForm(condition), zero);
    all = all ? arith::AndIOp::create(builder, loc, all, holds).getResult()
              : holds;
  }
  return all;
}

/// … nor may an index that stands for no point be gathered at.
static bool hasConditionalLoads(const Expression &expression) {
  bool any = false;
  forEachGather(expression, [&](const Gather &) { any = true; });
  forEachGatheredLoad(expression, {},
                      [&](const Input &, const Polynomials &) { any = true; });
  forEachLoad(expression,
              [&](const Input &input) { any |= input.isConditional; });
  return any;
}

/// The first value whose conditions hold. What must not be evaluated elsewhere
/// is evaluated in a branch.
Value StageBuilder::emitChoice(ArrayRef<Input::Choice> choices) {
  const Input::Choice &first = choices.front();
  if (choices.size() == 1)
    return emitExpression(*first.value).front();
  Value condition = emitConditions(first.conditions);
  bool branches = llvm::any_of(choices, [](const Input::Choice &choice) {
    return hasConditionalLoads(*choice.value);
  });
  if (!branches) {
    Value value = emitExpression(*first.value).front();
    return arith::SelectOp::create(builder, loc, condition, value,
                                   emitChoice(choices.drop_front()));
  }
  StageOp op = first.value->op;
  Type type = op.getBody().front().getTerminator()->getOperand(0).getType();
  auto branch = scf::IfOp::create(builder, loc, type, condition,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, emitExpression(*first.value).front());
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, emitChoice(choices.drop_front()));
  return branch.getResult(0);
}

/// Once, where it is computed at every point.
Value StageBuilder::emitComputed(const Input &input) {
  bool isEverywhere =
      builder.getInsertionBlock() == body && coordinates.empty();
  if (isEverywhere)
    for (auto &[known, value] : computed)
      if (areSame(*known, input))
        return value;
  Value value = emitChoice(input.choices);
  if (isEverywhere)
    computed.emplace_back(&input, value);
  return value;
}

Value StageBuilder::emitInput(const Input &input) {
  if (!input.isLoad())
    return emitComputed(input);
  if (input.isConditional) {
    Value ref = flatRefs[input.storage];
    Type element = cast<RefType>(ref.getType()).getElementType();
    return ElementOp::create(builder, loc, element, ref, emitForm(input.cell));
  }
  for (auto &[load, value] : loads)
    if (load->storage == input.storage && load->cell == input.cell)
      return value;
  llvm_unreachable("every load of an expression is an access of its stage");
}

Value StageBuilder::emitElement(const Expression &expression,
                                ElementOp element) {
  const auto *gather =
      llvm::find_if(expression.gathers, [&](const Gather &candidate) {
        return candidate.ref == element.getRef();
      });
  assert(gather != expression.gathers.end() && "a body gathers from its refs");
  if (gather->isRead())
    return element.getResult();
  size_t outer = coordinates.size();
  llvm::append_range(coordinates, element.getIndices());
  Value value = emitChoice(gather->choices);
  coordinates.truncate(outer);
  return value;
}

SmallVector<Value> StageBuilder::emitExpression(const Expression &expression) {
  StageOp op = expression.op;
  IRMapping mapping;
  Block &body = op.getBody().front();
  for (auto [argument, input] :
       llvm::zip(body.getArguments(), expression.inputs))
    mapping.map(argument, emitInput(input));
  for (Operation &nested : body.without_terminator()) {
    Operation *clone = builder.clone(nested, mapping);
    SmallVector<Operation *> asking;
    clone->walk([&](Operation *op) {
      if (isa<IndexOp, ElementOp>(op))
        asking.push_back(op);
    });
    for (Operation *question : asking) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(question);
      auto index = dyn_cast<IndexOp>(question);
      Value answer = index ? emitForm(expression.indices[index.getDimension()])
                           : emitElement(expression, cast<ElementOp>(question));
      if (answer == question->getResult(0))
        continue;
      if (question == clone)
        mapping.map(nested.getResult(0), answer);
      question->getResult(0).replaceAllUsesWith(answer);
      question->erase();
    }
  }
  auto values = llvm::map_to_vector(
      body.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
  if (expression.inputs.size() == body.getNumArguments())
    return values;
  // Where the mask is false, what was there before.
  assert(op.getMasked() && values.size() == 2 && "one value and its mask");
  Value old = emitInput(expression.inputs.back());
  Value chosen =
      arith::SelectOp::create(builder, loc, values.back(), values.front(), old);
  return {chosen};
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// The attributes that a stage keeps of the op that it was made from.
static StageOp createStage(OpBuilder &builder, const Stage &stage,
                           ArrayRef<OpFoldResult> mixedBox, ValueRange inputs,
                           ValueRange gathers, ValueRange outputs,
                           ArrayAttr combiners) {
  SmallVector<Value> box;
  SmallVector<int64_t> staticBox;
  dispatchIndexOpFoldResults(mixedBox, box, staticBox);
  auto iterators =
      llvm::map_to_vector(stage.kinds, [&](IteratorKind kind) -> Attribute {
        return IteratorKindAttr::get(builder.getContext(), kind);
      });
  StageOp from = stage.op;
  return StageOp::create(builder, from.getLoc(), box, staticBox,
                         builder.getArrayAttr(iterators), inputs, gathers,
                         outputs, combiners, from.getMasked(),
                         from.getScatterAttr(), from.getSequential());
}

StageBuilder::Siblings StageBuilder::getSiblings(const Member &member) const {
  Siblings siblings{&member};
  for (const Member &other : group.members)
    if (other.loopsOf == member.stage)
      siblings.push_back(&other);
  return siblings;
}

void StageBuilder::collectRefs(const Member &member, Refs &refs) {
  const Stage &stage = program.stages[member.stage];
  StageOp from = stage.op;
  auto addFlat = [&](const Input &input) {
    if (input.isConditional && !flatRefs.contains(input.storage))
      refs.gathers.push_back(flatRefs[input.storage] =
                                 makeFlatRef(input.storage));
  };
  forEachLoad(stage.value, addFlat);
  forEachGatheredLoad(
      stage.value, stage.sizes,
      [&](const Input &load, const Polynomials &) { addFlat(load); });
  // The loads and the accesses that they are, in the same order.
  SmallVector<const Input *> own;
  forEachLoad(stage.value, [&](const Input &input) {
    if (!input.isConditional && llvm::none_of(own, [&](const Input *known) {
          return areSame(*known, input);
        }))
      own.push_back(&input);
  });
  unsigned nextOutput = 0, nextLoad = 0;
  for (auto [k, access] : llvm::enumerate(program.getAccesses(stage))) {
    if (!access.isWrite && access.isMust) {
      refs.loaded.push_back(own[nextLoad++]);
      refs.inputs.push_back(makeRef(member, k, access, /*isOutput=*/false));
    } else if (access.isWrite && from.getScatter()) {
      refs.outputs.push_back(from.getOutputs()[nextOutput++]);
    } else if (access.isWrite) {
      refs.outputs.push_back(makeRef(member, k, access, /*isOutput=*/true));
    }
  }
  forEachGather(stage.value, [&](const Gather &gather) {
    if (!llvm::is_contained(refs.gathers, gather.ref))
      refs.gathers.push_back(gather.ref);
  });
}

void StageBuilder::emitBody(const Siblings &siblings, const Refs &refs) {
  loads.clear();
  computed.clear();
  for (auto [load, argument] :
       llvm::zip_equal(refs.loaded, body->getArguments()))
    loads.emplace_back(load, argument);
  SmallVector<Value> yielded;
  for (const Member *member : siblings)
    llvm::append_range(yielded,
                       emitExpression(program.stages[member->stage].value));
  YieldOp::create(builder, loc, yielded);
}

void StageBuilder::emitStage(const Siblings &siblings) {
  const Member &member = *siblings.front();
  const Stage &stage = program.stages[member.stage];
  StageOp from = stage.op;
  loc = from.getLoc();
  Refs refs;
  flatRefs.clear();
  for (const Member *sibling : siblings)
    collectRefs(*sibling, refs);
  SmallVector<OpFoldResult> box, shifts;
  for (const Polynomial &size : stage.sizes)
    box.push_back(program.getSymbols().materialize(builder, loc, size));
  SmallVector<int64_t> dimensions;
  for (const Coordinate &t : member.theta) {
    dimensions.push_back(t.dimension);
    shifts.push_back(program.getSymbols().materialize(builder, loc, t.shift));
  }
  ArrayAttr combiners = from.getCombinersAttr();
  if (siblings.size() > 1) {
    SmallVector<Attribute> all;
    for (const Member *sibling : siblings) {
      StageOp op = program.stages[sibling->stage].op;
      llvm::append_range(all, op.getCombinersAttr());
    }
    combiners = builder.getArrayAttr(all);
  }
  StageOp op = createStage(builder, stage, box, refs.inputs, refs.gathers,
                           refs.outputs, combiners);
  op.setMixedAlong(dimensions, shifts);
  OpBuilder::InsertionGuard guard(builder);
  auto types = llvm::map_to_vector(refs.inputs, [](Value input) {
    return cast<RefType>(input.getType()).getElementType();
  });
  body = builder.createBlock(&op.getBody(), {}, types,
                             SmallVector<Location>(types.size(), loc));
  emitBody(siblings, refs);
}

/// Copies what the iteration has made of a storage that others see.
void StageBuilder::emitWriteBack(const PrivateStorage &own) {
  Value root = program.storages[own.storage].root;
  loc = root.getLoc();
  auto number = [&](const Polynomial &value) {
    return program.getSymbols().materialize(builder, loc, value);
  };
  SymbolicView from, to;
  from.offset = number(0);
  to.offset = number(own.writeBack->offset);
  SmallVector<int64_t> dimensions;
  for (auto [k, size] : llvm::enumerate(group.sizes)) {
    dimensions.push_back(k);
    from.sizes.push_back(number(size));
    from.strides.push_back(number(0));
  }
  int64_t weight = 1;
  for (int64_t size : own.sizes)
    weight *= size;
  for (int64_t size : own.sizes) {
    weight /= size;
    from.sizes.push_back(number(size));
    from.strides.push_back(number(weight));
  }
  to.sizes = from.sizes;
  for (const Polynomial &coefficient : own.writeBack->coefficients)
    to.strides.push_back(number(coefficient));
  Value input = StridedViewOp::create(builder, loc, locals[own.storage], from);
  Value output = StridedViewOp::create(builder, loc, root, to);
  SmallVector<Value> box;
  SmallVector<int64_t> staticBox;
  dispatchIndexOpFoldResults(from.sizes, box, staticBox);
  SmallVector<Attribute> iterators(
      from.sizes.size(),
      IteratorKindAttr::get(builder.getContext(), IteratorKind::Parallel));
  auto stage = StageOp::create(builder, loc, box, staticBox,
                               builder.getArrayAttr(iterators), input,
                               ValueRange(), output, ArrayAttr());
  stage.setMixedAlong(dimensions,
                      SmallVector<OpFoldResult>(dimensions.size(), number(0)));
  OpBuilder::InsertionGuard guard(builder);
  Type element = cast<RefType>(root.getType()).getElementType();
  Block *body = builder.createBlock(&stage.getBody(), {}, element, loc);
  YieldOp::create(builder, loc, body->getArguments());
}

void StageBuilder::emit() {
  for (const PrivateStorage &own : group.privates) {
    auto type = cast<RefType>(program.storages[own.storage].root.getType());
    int64_t elements = 1;
    for (int64_t size : own.sizes)
      elements *= size;
    locals[own.storage] =
        AllocOp::create(builder, program.storages[own.storage].root.getLoc(),
                        ArrayRef<OpFoldResult>{builder.getIndexAttr(elements)},
                        type.getElementType());
  }
  for (const Member &member : group.members)
    if (!member.loopsOf)
      emitStage(getSiblings(member));
  for (const PrivateStorage &own : group.privates)
    if (own.writeBack)
      emitWriteBack(own);
}
