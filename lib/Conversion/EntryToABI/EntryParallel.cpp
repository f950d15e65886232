//===- EntryParallel.cpp - Kernels that run in parts ----------------------===//
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

/// A kernel argument as `toStored` made it, again.
Value EntryBuilder::emitStored(Location loc, Value address, Type type) {
  if (auto memref = dyn_cast<MemRefType>(type))
    return emitPointerMemRef(
        loc, LLVM::LoadOp::create(builder, loc, pointerType, address), memref);
  if (!type.isIndex())
    return LLVM::LoadOp::create(builder, loc, type, address);
  Value word = LLVM::LoadOp::create(builder, loc, wordType, address);
  return arith::IndexCastOp::create(builder, loc, type, word);
}

/// `void body(const void *context, int64_t part, int64_t shift)`: the kernel
/// with the arguments that the array of words at `context` holds.
func::FuncOp EntryBuilder::makeBody(Location loc, func::FuncOp kernel) {
  std::string name = (kernel.getName() + "_body").str();
  if (auto known =
          kernel->getParentOfType<ModuleOp>().lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointAfter(kernel);
  auto body = func::FuncOp::create(
      builder, loc, name,
      builder.getFunctionType({pointerType, wordType, wordType}, {}));
  body.setPrivate();
  builder.setInsertionPointToStart(body.addEntryBlock());
  SmallVector<Value> arguments;
  for (auto [i, type] : llvm::enumerate(kernel.getArgumentTypes().drop_back(2)))
    arguments.push_back(emitStored(
        loc, emitElementAddress(loc, body.getArgument(0), wordType, i), type));
  for (unsigned k : {1, 2})
    arguments.push_back(arith::IndexCastOp::create(
        builder, loc, builder.getIndexType(), body.getArgument(k)));
  func::CallOp::create(builder, loc, kernel, arguments);
  func::ReturnOp::create(builder, loc);
  return body;
}

void EntryBuilder::emitParallel(Location loc, Value callee, func::FuncOp body,
                                Value units, ValueRange arguments) {
  Value context = emitStackArray(loc, wordType, arguments.size());
  for (auto [i, argument] : llvm::enumerate(arguments))
    LLVM::StoreOp::create(builder, loc, toStored(loc, argument),
                          emitElementAddress(loc, context, wordType, i));
  Value constant = func::ConstantOp::create(
      builder, loc, body.getFunctionType(), body.getName());
  Value address =
      UnrealizedConversionCastOp::create(builder, loc, pointerType, constant)
          .getResult(0);
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()),
      {pointerType, pointerType, pointerType, wordType});
  LLVM::CallOp::create(builder, loc, type,
                       ValueRange{callee, function.getArgument(2), address,
                                  context, toWord(loc, units)});
}

void EntryBuilder::emitCallInParts(Location loc, func::FuncOp kernel,
                                   func::FuncOp work, ValueRange arguments,
                                   int64_t leastWork) {
  Value units = func::CallOp::create(builder, loc, work, arguments.drop_back(2))
                    .getResult(0);
  Value least = arith::ConstantIndexOp::create(builder, loc, leastWork);
  Value isMuch = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                       units, least);
  Value callee = emitRuntimeMember(loc, RuntimeMember::Parallel);
  Value none = LLVM::ZeroOp::create(builder, loc, pointerType);
  Value isThere =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, callee, none);
  isMuch = arith::AndIOp::create(builder, loc, isMuch, isThere);
  Block *parts = addBlock(loc), *whole = addBlock(loc), *next = addBlock(loc);
  cf::CondBranchOp::create(builder, loc, isMuch, parts, whole);
  builder.setInsertionPointToEnd(parts);
  emitParallel(loc, callee, makeBody(loc, kernel), units,
               arguments.drop_back(2));
  cf::BranchOp::create(builder, loc, next);
  builder.setInsertionPointToEnd(whole);
  func::CallOp::create(builder, loc, kernel, arguments);
  cf::BranchOp::create(builder, loc, next);
  builder.setInsertionPointToEnd(next);
}
