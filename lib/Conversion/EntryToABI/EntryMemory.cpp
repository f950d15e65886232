//===- EntryMemory.cpp - Storages and addresses of an entry ---------------===//
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

Value EntryBuilder::emitReusedAlloc(Location loc, Value bytes) {
  Value storageSlot = emitSlot(loc, pointerType);
  Value bytesSlot = emitSlot(loc, wordType);
  Value before = LLVM::LoadOp::create(builder, loc, pointerType, storageSlot);
  Value size = LLVM::LoadOp::create(builder, loc, wordType, bytesSlot);
  Value null = LLVM::ZeroOp::create(builder, loc, pointerType);
  Value exists =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, before, null);
  Value fits =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::uge, size, bytes);
  Value reused = LLVM::AndOp::create(builder, loc, exists, fits);
  Block *allocate = addBlock(loc), *next = addBlock(loc, pointerType);
  cf::CondBranchOp::create(builder, loc, reused, next, ValueRange{before},
                           allocate, ValueRange{});
  builder.setInsertionPointToEnd(allocate);
  // Twice as much as before, so that a size that grows with each iteration
  // takes no more than a multiple of what the last one needs.
  Value twice = LLVM::AddOp::create(builder, loc, size, size);
  Value wanted = arith::MaxUIOp::create(builder, loc, bytes, twice);
  Value storage = emitAlloc(loc, wanted);
  LLVM::StoreOp::create(builder, loc, storage, storageSlot);
  LLVM::StoreOp::create(builder, loc, wanted, bytesSlot);
  cf::BranchOp::create(builder, loc, next, ValueRange{storage});
  builder.setInsertionPointToEnd(next);
  return next->getArgument(0);
}

Value EntryBuilder::emitSlot(Location loc, Type type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.getBody().front());
  Value slot = LLVM::AllocaOp::create(builder, loc, pointerType, type,
                                      constant32(loc, 1));
  Value zero = LLVM::ZeroOp::create(builder, loc, type);
  LLVM::StoreOp::create(builder, loc, zero, slot);
  return slot;
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

Value EntryBuilder::emitAreHullsApart(Location loc, const RefParts &a,
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

void EntryBuilder::emitExactGuardApart(Location loc, const RefParts &a,
                                       int64_t bytesA, const RefParts &b,
                                       int64_t bytesB) {
  Value callee = emitRuntimeMember(loc, RuntimeMember::Overlap);
  Value null = LLVM::ZeroOp::create(builder, loc, pointerType);
  Value isThere =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, callee, null);
  emitReturnUnless(loc, isThere, EntryStatus::Overlap);
  Type number = builder.getI32Type();
  auto type = LLVM::LLVMFunctionType::get(
      number,
      {pointerType, pointerType, number, number, pointerType, number, number});
  SmallVector<Value> operands{callee, function.getArgument(2)};
  auto append = [&](const RefParts &ref, int64_t bytes) {
    operands.push_back(emitElementAddress(loc, function.getArgument(0),
                                          wordType, ref.firstWord));
    operands.push_back(constant32(loc, ref.view.getRank()));
    operands.push_back(constant32(loc, bytes));
  };
  append(a, bytesA);
  append(b, bytesB);
  Value found = LLVM::CallOp::create(builder, loc, type, operands).getResult();
  Value apart = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                     found, constant32(loc, 0));
  emitReturnUnless(loc, apart, EntryStatus::Overlap);
}

void EntryBuilder::emitGuardApart(Location loc, const RefParts &a,
                                  int64_t bytesA, const RefParts &b,
                                  int64_t bytesB) {
  // Most calls stop here; what follows is out of their way.
  Value apart = emitAreHullsApart(loc, a, bytesA, b, bytesB);
  Block *exact = addBlock(loc), *next = addBlock(loc);
  cf::CondBranchOp::create(builder, loc, apart, next, exact);
  builder.setInsertionPointToEnd(exact);
  emitExactGuardApart(loc, a, bytesA, b, bytesB);
  cf::BranchOp::create(builder, loc, next);
  builder.setInsertionPointToEnd(next);
}

void EntryBuilder::emitGuardSame(Location loc, const RefParts &a,
                                 const RefParts &b) {
  Value args = function.getArgument(0), same;
  for (int64_t i = 0, e = 1 + 2 * a.view.getRank(); i < e; ++i) {
    auto emitWordOf = [&](const RefParts &ref) -> Value {
      Value address =
          emitElementAddress(loc, args, wordType, ref.firstWord + i);
      return LLVM::LoadOp::create(builder, loc, wordType, address);
    };
    Value equal = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                       emitWordOf(a), emitWordOf(b));
    same = same ? LLVM::AndOp::create(builder, loc, same, equal).getResult()
                : equal;
  }
  emitReturnUnless(loc, same, EntryStatus::Overlap);
}
