//===- EntryBuilder.cpp - The pieces of an entry function -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EntryBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

EntryBuilder::EntryBuilder(func::FuncOp old)
    : old(old), builder(old),
      pointerType(LLVM::LLVMPointerType::get(old.getContext())),
      wordType(builder.getI64Type()) {
  auto type = builder.getFunctionType({pointerType, pointerType, pointerType},
                                      builder.getI32Type());
  function = func::FuncOp::create(builder, old.getLoc(),
                                  (old.getName() + ".abi").str(), type);
  function->setAttr(kEntryAttr, builder.getUnitAttr());
  builder.setInsertionPointToStart(function.addEntryBlock());
}

void EntryBuilder::finish() {
  std::string name = old.getName().str();
  old.setName(name + ".lowered");
  function.setName(name);
}

//===----------------------------------------------------------------------===//
// Words
//===----------------------------------------------------------------------===//

Value EntryBuilder::constant32(Location loc, int32_t value) {
  return LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                  builder.getI32IntegerAttr(value));
}

Value EntryBuilder::emitElementAddress(Location loc, Value array, Type type,
                                       int64_t index) {
  return LLVM::GEPOp::create(
      builder, loc, pointerType, type, array,
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
}

Value EntryBuilder::emitWord(Location loc) {
  Value address = emitElementAddress(loc, function.getArgument(0), wordType,
                                     nextArgument++);
  return LLVM::LoadOp::create(builder, loc, wordType, address);
}

void EntryBuilder::emitResultWord(Location loc, Value word) {
  Value address =
      emitElementAddress(loc, function.getArgument(1), wordType, nextResult++);
  LLVM::StoreOp::create(builder, loc, word, address);
}

Value EntryBuilder::pointerToInt(Location loc, Value pointer) {
  return LLVM::PtrToIntOp::create(builder, loc, wordType, pointer);
}

/// The strides that every call of this version has: row-major ones if the
/// argument is contiguous, else those of its type. Unknown ones are null.
static SmallVector<OpFoldResult> knownStrides(IndexArith &numbers, RefType type,
                                              ArrayRef<OpFoldResult> sizes,
                                              bool isContiguous) {
  if (isContiguous)
    return views::rowMajor(numbers, sizes).strides;
  SmallVector<OpFoldResult> strides(type.getRank());
  if (StridedLayoutAttr layout = type.getLayout())
    for (auto [stride, known] : llvm::zip(strides, layout.getStrides()))
      if (!ShapedType::isDynamic(known))
        stride = numbers.constant(known);
  return strides;
}

RefParts EntryBuilder::emitRefArgument(Location loc, RefType type,
                                       bool isContiguous) {
  int64_t firstWord = nextArgument;
  Value pointer =
      LLVM::IntToPtrOp::create(builder, loc, pointerType, emitWord(loc));
  IndexArith numbers = arith(loc);
  Value fits;
  auto require = [&](Value condition) {
    fits =
        fits ? arith::AndIOp::create(builder, loc, fits, condition) : condition;
  };
  auto compare = [&](arith::CmpIPredicate predicate, Value a,
                     OpFoldResult b) -> Value {
    return arith::CmpIOp::create(builder, loc, predicate, a,
                                 numbers.materialize(b));
  };
  auto emitNumber = [&]() -> Value {
    return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                      emitWord(loc));
  };
  RefParts parts{pointer, pointer, {numbers.constant(0), {}, {}}, firstWord};
  for (int64_t size : type.getShape()) {
    Value word = emitNumber();
    parts.view.sizes.push_back(word);
    if (ShapedType::isDynamic(size))
      continue;
    parts.view.sizes.back() = numbers.constant(size);
    require(compare(arith::CmpIPredicate::eq, word, parts.view.sizes.back()));
  }
  auto known = knownStrides(numbers, type, parts.view.sizes, isContiguous);
  for (auto [size, stride] : llvm::zip(parts.view.sizes, known)) {
    Value word = emitNumber();
    parts.view.strides.push_back(word);
    std::optional<int64_t> count = numbers.getConstant(size);
    if (!stride || (count && *count <= 1))
      continue;
    // The stride of a dimension of size 1 takes no step.
    Value same = compare(arith::CmpIPredicate::eq, word, stride);
    if (!count)
      same = arith::OrIOp::create(builder, loc, same,
                                  compare(arith::CmpIPredicate::sle,
                                          numbers.materialize(size),
                                          numbers.constant(1)));
    require(same);
  }
  if (fits)
    emitReturnUnless(loc, fits, EntryStatus::Guard);
  return parts;
}

Value EntryBuilder::emitScalarArgument(Location loc, Type type) {
  Value word = emitWord(loc);
  if (type.isIndex())
    return arith::IndexCastOp::create(builder, loc, type, word);
  if (type.isF64())
    return arith::BitcastOp::create(builder, loc, type, word);
  if (type.isInteger(64))
    return word;
  unsigned width = type.getIntOrFloatBitWidth();
  Value narrow = arith::TruncIOp::create(builder, loc,
                                         builder.getIntegerType(width), word);
  if (isa<FloatType>(type))
    return arith::BitcastOp::create(builder, loc, type, narrow);
  return narrow;
}

Value EntryBuilder::toWord(Location loc, Value scalar) {
  Type type = scalar.getType();
  if (type.isIndex())
    return arith::IndexCastOp::create(builder, loc, wordType, scalar);
  unsigned width = type.getIntOrFloatBitWidth();
  if (isa<FloatType>(type))
    scalar = arith::BitcastOp::create(builder, loc,
                                      builder.getIntegerType(width), scalar);
  if (width == 64)
    return scalar;
  if (width == 1 || isa<FloatType>(type))
    return arith::ExtUIOp::create(builder, loc, wordType, scalar);
  return arith::ExtSIOp::create(builder, loc, wordType, scalar);
}

void EntryBuilder::emitScalarResult(Location loc, Value value) {
  emitResultWord(loc, toWord(loc, value));
}

void EntryBuilder::emitRefResult(Location loc, const RefParts &parts,
                                 int64_t bytes) {
  emitResultWord(loc, pointerToInt(loc, parts.storage));
  emitResultWord(loc, pointerToInt(loc, emitAddress(loc, parts, bytes)));
  IndexArith numbers = arith(loc);
  for (OpFoldResult size : parts.view.sizes)
    emitResultWord(loc, toWord(loc, numbers.materialize(size)));
  for (OpFoldResult stride : parts.view.strides)
    emitResultWord(loc, toWord(loc, numbers.materialize(stride)));
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void EntryBuilder::emitReturn(Location loc, EntryStatus status) {
  func::ReturnOp::create(builder, loc,
                         constant32(loc, static_cast<int32_t>(status)));
}

Block *EntryBuilder::addBlock(Location loc, TypeRange types) {
  OpBuilder::InsertionGuard guard(builder);
  Region &region = function.getBody();
  return builder.createBlock(&region, region.end(), types,
                             SmallVector<Location>(types.size(), loc));
}

void EntryBuilder::emitBranch(Location loc, Value condition, EntryStatus status,
                              function_ref<void()> otherwise) {
  Block *here = builder.getInsertionBlock();
  Region *region = here->getParent();
  Block *leave = builder.createBlock(region, region->end());
  otherwise();
  emitReturn(loc, status);
  Block *next = builder.createBlock(region, region->end());
  builder.setInsertionPointToEnd(here);
  cf::CondBranchOp::create(builder, loc, condition, next, leave);
  builder.setInsertionPointToEnd(next);
}

void EntryBuilder::emitReturnUnless(Location loc, Value condition,
                                    EntryStatus status) {
  emitBranch(loc, condition, status, [] {});
}

Value EntryBuilder::emitStackArray(Location loc, Type type, int64_t count) {
  OpBuilder::InsertionGuard guard(builder);
  // In the entry block, so that the stack does not grow.
  builder.setInsertionPointToStart(&function.getBody().front());
  return LLVM::AllocaOp::create(builder, loc, pointerType, type,
                                constant32(loc, std::max<int64_t>(count, 1)));
}

void EntryBuilder::emitCheck(Location loc, Value condition, int32_t number,
                             ValueRange values) {
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()),
      {pointerType, builder.getI32Type(), pointerType, builder.getI32Type()});
  Value array = emitStackArray(loc, wordType, values.size());
  emitBranch(loc, condition, EntryStatus::Check, [&] {
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(builder, loc, toWord(loc, value),
                            emitElementAddress(loc, array, wordType, i));
    Value callee = emitRuntimeMember(loc, RuntimeMember::Fail);
    LLVM::CallOp::create(builder, loc, type,
                         ValueRange{callee, function.getArgument(2),
                                    constant32(loc, number), array,
                                    constant32(loc, values.size())});
  });
}

Value EntryBuilder::toStored(Location loc, Value argument) {
  if (auto cast = argument.getDefiningOp<UnrealizedConversionCastOp>())
    return LLVM::ExtractValueOp::create(builder, loc, cast.getOperand(0),
                                        ArrayRef<int64_t>{1});
  return argument.getType().isIndex() ? toWord(loc, argument) : argument;
}

void EntryBuilder::emitLaunch(Location loc, int32_t kernel, Value threads,
                              ValueRange arguments) {
  Value array = emitStackArray(loc, pointerType, arguments.size());
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    Value value = toStored(loc, argument);
    Value slot = emitStackArray(loc, value.getType(), 1);
    LLVM::StoreOp::create(builder, loc, value, slot);
    LLVM::StoreOp::create(builder, loc, slot,
                          emitElementAddress(loc, array, pointerType, i));
  }
  auto type = LLVM::LLVMFunctionType::get(
      builder.getI32Type(), {pointerType, builder.getI32Type(), wordType,
                             pointerType, builder.getI32Type()});
  Value callee = emitRuntimeMember(loc, RuntimeMember::Launch);
  Value status = LLVM::CallOp::create(
                     builder, loc, type,
                     ValueRange{callee, function.getArgument(2),
                                constant32(loc, kernel), toWord(loc, threads),
                                array, constant32(loc, arguments.size())})
                     .getResult();
  Value isOk = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                    status, constant32(loc, 0));
  emitReturnUnless(loc, isOk, EntryStatus::Launch);
}
