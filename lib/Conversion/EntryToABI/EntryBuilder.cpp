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
  RefParts parts{pointer, pointer, {numbers.constant(0), {}, {}}};
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
// Memory
//===----------------------------------------------------------------------===//

Value EntryBuilder::emitRuntimeMember(Location loc, RuntimeMember member) {
  Value address = emitElementAddress(loc, function.getArgument(2), pointerType,
                                     static_cast<int64_t>(member));
  return LLVM::LoadOp::create(builder, loc, pointerType, address);
}

Value EntryBuilder::emitBytes(Location loc, int64_t elementBytes,
                              ArrayRef<OpFoldResult> sizes) {
  auto emitConstant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(builder, loc, wordType,
                                    builder.getI64IntegerAttr(value));
  };
  int64_t known = elementBytes;
  bool isTooLarge = false;
  SmallVector<Value> dynamic;
  for (OpFoldResult size : sizes) {
    if (std::optional<int64_t> number = getConstantIntValue(size))
      isTooLarge |= llvm::MulOverflow(known, *number, known);
    else
      dynamic.push_back(cast<Value>(size));
  }
  Value bytes = emitConstant(isTooLarge ? -1 : known);
  Value overflows;
  auto pairType = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {wordType, builder.getI1Type()});
  for (Value size : dynamic) {
    Value count = arith::IndexCastOp::create(builder, loc, wordType, size);
    Value pair =
        LLVM::UMulWithOverflowOp::create(builder, loc, pairType, bytes, count);
    bytes = LLVM::ExtractValueOp::create(builder, loc, pair, 0);
    Value flag = LLVM::ExtractValueOp::create(builder, loc, pair, 1);
    overflows =
        overflows
            ? LLVM::OrOp::create(builder, loc, overflows, flag).getResult()
            : flag;
  }
  if (!overflows)
    return bytes;
  return LLVM::SelectOp::create(builder, loc, overflows, emitConstant(-1),
                                bytes);
}

Value EntryBuilder::emitAlloc(Location loc, Value bytes) {
  Value callee = emitRuntimeMember(loc, RuntimeMember::Alloc);
  auto type = LLVM::LLVMFunctionType::get(pointerType, {pointerType, wordType});
  Value storage =
      LLVM::CallOp::create(builder, loc, type,
                           ValueRange{callee, function.getArgument(2), bytes})
          .getResult();
  Value null = LLVM::ZeroOp::create(builder, loc, pointerType);
  Value isThere = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne,
                                       storage, null);
  emitReturnUnless(loc, isThere, EntryStatus::OutOfMemory);
  return storage;
}

Value EntryBuilder::emitAddress(Location loc, const RefParts &parts,
                                int64_t bytes) {
  IndexArith numbers = arith(loc);
  OpFoldResult distance =
      numbers.mul(parts.view.offset, numbers.constant(bytes));
  if (numbers.getConstant(distance) == 0)
    return parts.element0;
  Value word = arith::IndexCastOp::create(builder, loc, wordType,
                                          numbers.materialize(distance));
  return LLVM::GEPOp::create(builder, loc, pointerType, builder.getI8Type(),
                             parts.element0, ArrayRef<LLVM::GEPArg>{word});
}

/// A memref descriptor of rank 0, (allocated, aligned, offset), by hand: what
/// the lowering of memrefs turns the cast into is this very struct.
Value EntryBuilder::emitPointerMemRef(Location loc, Value pointer,
                                      MemRefType type) {
  auto structType = LLVM::LLVMStructType::getLiteral(
      builder.getContext(), {pointerType, pointerType, wordType});
  Value descriptor = LLVM::PoisonOp::create(builder, loc, structType);
  for (int64_t field : {0, 1})
    descriptor = LLVM::InsertValueOp::create(builder, loc, descriptor, pointer,
                                             ArrayRef<int64_t>{field});
  Value zero = LLVM::ConstantOp::create(builder, loc, wordType,
                                        builder.getI64IntegerAttr(0));
  descriptor = LLVM::InsertValueOp::create(builder, loc, descriptor, zero,
                                           ArrayRef<int64_t>{2});
  return UnrealizedConversionCastOp::create(builder, loc, type, descriptor)
      .getResult(0);
}

EntryBuilder::Interval EntryBuilder::emitByteInterval(Location loc,
                                                      const RefParts &parts,
                                                      int64_t bytes) {
  IndexArith numbers = arith(loc);
  Hull<OpFoldResult> hull = views::hull(numbers, parts.view);
  Value base = pointerToInt(loc, parts.element0);
  auto addressOf = [&](OpFoldResult element) -> Value {
    OpFoldResult distance = numbers.mul(element, numbers.constant(bytes));
    Value word = arith::IndexCastOp::create(builder, loc, wordType,
                                            numbers.materialize(distance));
    return arith::AddIOp::create(builder, loc, base, word);
  };
  Value isEmpty = arith::ConstantIntOp::create(builder, loc, 0, 1);
  for (OpFoldResult size : parts.view.sizes) {
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value none = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle,
                                       numbers.materialize(size), zero);
    isEmpty = arith::OrIOp::create(builder, loc, isEmpty, none);
  }
  OpFoldResult end = numbers.add(hull.max, numbers.constant(1));
  return {addressOf(hull.min), addressOf(end), isEmpty};
}

Value EntryBuilder::emitAreApart(Location loc, const RefParts &a,
                                 int64_t bytesA, const RefParts &b,
                                 int64_t bytesB) {
  Interval first = emitByteInterval(loc, a, bytesA);
  Interval second = emitByteInterval(loc, b, bytesB);
  auto endsBefore = [&](const Interval &x, const Interval &y) -> Value {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                 x.high, y.low);
  };
  Value apart = endsBefore(first, second);
  for (Value reason :
       {endsBefore(second, first), first.isEmpty, second.isEmpty})
    apart = arith::OrIOp::create(builder, loc, apart, reason);
  return apart;
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

void EntryBuilder::emitReturn(Location loc, EntryStatus status) {
  func::ReturnOp::create(builder, loc,
                         constant32(loc, static_cast<int32_t>(status)));
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

void EntryBuilder::emitLaunch(Location loc, int32_t kernel, Value threads,
                              ValueRange arguments) {
  Value array = emitStackArray(loc, pointerType, arguments.size());
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    // A memref argument is a bare pointer on the device.
    Value value = argument;
    if (auto cast = argument.getDefiningOp<UnrealizedConversionCastOp>())
      value = LLVM::ExtractValueOp::create(builder, loc, cast.getOperand(0),
                                           ArrayRef<int64_t>{1});
    else if (argument.getType().isIndex())
      value = toWord(loc, argument);
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
