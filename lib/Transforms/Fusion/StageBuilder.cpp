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
    Value index = IndexOp::create(builder, loc, builder.getIndexType(), d);
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

static bool hasConditionalLoads(const Expression &expression) {
  bool any = false;
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
  scf::YieldOp::create(builder, loc, emitExpression(*first.value));
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, emitChoice(choices.drop_front()));
  return branch.getResult(0);
}

Value StageBuilder::emitInput(const Input &input) {
  if (!input.isLoad())
    return emitChoice(input.choices);
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

SmallVector<Value> StageBuilder::emitExpression(const Expression &expression) {
  StageOp op = expression.op;
  IRMapping mapping;
  Block &body = op.getBody().front();
  for (auto [argument, input] :
       llvm::zip(body.getArguments(), expression.inputs))
    mapping.map(argument, emitInput(input));
  for (Operation &nested : body.without_terminator()) {
    if (auto index = dyn_cast<IndexOp>(nested)) {
      mapping.map(index.getResult(),
                  emitForm(expression.indices[index.getDimension()]));
      continue;
    }
    Operation *clone = builder.clone(nested, mapping);
    clone->walk([&](IndexOp index) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(index);
      index.getResult().replaceAllUsesWith(
          emitForm(expression.indices[index.getDimension()]));
      index.erase();
    });
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
                           ValueRange gathers, ValueRange outputs) {
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
                         outputs, from.getCombinersAttr(), from.getMasked(),
                         from.getScatterAttr(), from.getSequential());
}

void StageBuilder::emitStage(const Member &member) {
  const Stage &stage = program.stages[member.stage];
  StageOp from = stage.op;
  loc = from.getLoc();
  SmallVector<Value> inputs, gathers, outputs;
  SmallVector<const Input *> loaded;
  flatRefs.clear();
  forEachLoad(stage.value, [&](const Input &input) {
    if (input.isConditional) {
      if (!flatRefs.contains(input.storage))
        gathers.push_back(flatRefs[input.storage] = makeFlatRef(input.storage));
      return;
    }
    if (llvm::none_of(loaded, [&](const Input *known) {
          return known->storage == input.storage && known->cell == input.cell;
        }))
      loaded.push_back(&input);
  });
  unsigned nextOutput = 0;
  for (auto [k, access] : llvm::enumerate(program.getAccesses(stage))) {
    if (!access.isWrite && access.isMust)
      inputs.push_back(makeRef(member, k, access, /*isOutput=*/false));
    else if (access.isWrite && from.getScatter())
      outputs.push_back(from.getOutputs()[nextOutput++]);
    else if (access.isWrite)
      outputs.push_back(makeRef(member, k, access, /*isOutput=*/true));
  }
  for (const Stage::Gather &gather : stage.gathers)
    gathers.push_back(gather.ref);
  SmallVector<OpFoldResult> box, shifts;
  for (const Polynomial &size : stage.sizes)
    box.push_back(program.getSymbols().materialize(builder, loc, size));
  SmallVector<int64_t> dimensions;
  for (const Coordinate &t : member.theta) {
    dimensions.push_back(t.dimension);
    shifts.push_back(program.getSymbols().materialize(builder, loc, t.shift));
  }
  StageOp op = createStage(builder, stage, box, inputs, gathers, outputs);
  op.setMixedAlong(dimensions, shifts);
  OpBuilder::InsertionGuard guard(builder);
  auto types = llvm::map_to_vector(inputs, [](Value input) {
    return cast<RefType>(input.getType()).getElementType();
  });
  Block *body = builder.createBlock(&op.getBody(), {}, types,
                                    SmallVector<Location>(types.size(), loc));
  loads.clear();
  for (auto [load, argument] : llvm::zip_equal(loaded, body->getArguments()))
    loads.emplace_back(load, argument);
  YieldOp::create(builder, loc, emitExpression(stage.value));
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
    emitStage(member);
  for (const PrivateStorage &own : group.privates)
    if (own.writeBack)
      emitWriteBack(own);
}
