//===- EntryBuilder.h - The pieces of an entry function --------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits `int32_t f(const int64_t *args, int64_t *results, ElenaRuntime *rt)`:
// words in, words out, allocation, checks and launches as elena.h states them.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_CONVERSION_ENTRYTOABI_ENTRYBUILDER_H
#define ELENA_LIB_CONVERSION_ENTRYTOABI_ENTRYBUILDER_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace elena {

/// The values of `ElenaStatus` in elena.h.
enum class EntryStatus : int32_t {
  Ok = 0,
  Guard = 1,
  Overlap = 2,
  Check = 3,
  OutOfMemory = 4,
  Launch = 5
};

/// A ref of the host: two `!llvm.ptr` and a view of what `element0` points to.
struct RefParts {
  /// What a result reports as its storage.
  mlir::Value storage;
  /// Element 0 of the root.
  mlir::Value element0;
  tensorref::SymbolicView view;
  /// Of an argument: the number of its first word.
  int64_t firstWord = -1;
};

class EntryBuilder {
public:
  /// Starts the new form of `old`, beside it.
  explicit EntryBuilder(mlir::func::FuncOp old);

  mlir::OpBuilder &getBuilder() { return builder; }
  tensorref::IndexArith arith(mlir::Location loc) {
    return tensorref::IndexArith(builder, loc);
  }

  /// Reads a ref, and checks what its type and `isContiguous` say of its sizes
  /// and strides.
  RefParts emitRefArgument(mlir::Location loc, tensorref::RefType type,
                           bool isContiguous);
  mlir::Value emitScalarArgument(mlir::Location loc, mlir::Type type);
  void emitRefResult(mlir::Location loc, const RefParts &parts, int64_t bytes);
  void emitScalarResult(mlir::Location loc, mlir::Value value);

  /// A storage of so many bytes; the entry returns where there is none.
  mlir::Value emitAlloc(mlir::Location loc, mlir::Value bytes);
  /// The same inside of a loop: the storage that this place had in an earlier
  /// iteration, if it is large enough. (No ref outlives its iteration: loops
  /// carry numbers only. Memory is freed when the entry has returned.)
  mlir::Value emitReusedAlloc(mlir::Location loc, mlir::Value bytes);
  /// The bytes of so many elements, as a word; -1 if they are not countable.
  mlir::Value emitBytes(mlir::Location loc, int64_t elementBytes,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes);
  /// The address of the element that the ref's offset names.
  mlir::Value emitAddress(mlir::Location loc, const RefParts &parts,
                          int64_t bytes);
  /// The pointer as a memref of rank 0, which a kernel takes.
  mlir::Value emitPointerMemRef(mlir::Location loc, mlir::Value pointer,
                                mlir::MemRefType type);
  /// The entry returns where two arguments share bytes, or may.
  void emitGuardApart(mlir::Location loc, const RefParts &a, int64_t bytesA,
                      const RefParts &b, int64_t bytesB);
  /// The entry returns where the words of two arguments differ.
  void emitGuardSame(mlir::Location loc, const RefParts &a, const RefParts &b);

  void emitReturnUnless(mlir::Location loc, mlir::Value condition,
                        EntryStatus status);
  void emitCheck(mlir::Location loc, mlir::Value condition, int32_t number,
                 mlir::ValueRange values);
  void emitLaunch(mlir::Location loc, int32_t kernel, mlir::Value threads,
                  mlir::ValueRange arguments);
  /// Calls a kernel as one part, or, if there is much work, lets the run time
  /// call it in parts. `arguments` end with the part and the shift of one part.
  void emitCallInParts(mlir::Location loc, mlir::func::FuncOp kernel,
                       mlir::func::FuncOp work, mlir::ValueRange arguments,
                       int64_t leastWork);
  void emitReturn(mlir::Location loc, EntryStatus status);

  /// A new block at the end of the function; the builder stays where it is.
  mlir::Block *addBlock(mlir::Location loc, mlir::TypeRange types = {});

  /// Names the new function as the old one was.
  void finish();

private:
  /// The members of ElenaRuntime, in order.
  enum class RuntimeMember {
    Alloc = 0,
    Fail = 1,
    Launch = 2,
    Overlap = 3,
    Parallel = 4
  };

  mlir::Value constant32(mlir::Location loc, int32_t value);
  mlir::Value emitWord(mlir::Location loc);
  void emitResultWord(mlir::Location loc, mlir::Value word);
  mlir::Value toWord(mlir::Location loc, mlir::Value scalar);
  mlir::Value pointerToInt(mlir::Location loc, mlir::Value pointer);
  mlir::Value emitRuntimeMember(mlir::Location loc, RuntimeMember member);
  /// The value that stands for a kernel argument where memory holds it: of a
  /// memref the pointer, of an index a word.
  mlir::Value toStored(mlir::Location loc, mlir::Value argument);
  mlir::Value emitStored(mlir::Location loc, mlir::Value address,
                         mlir::Type type);
  mlir::func::FuncOp makeBody(mlir::Location loc, mlir::func::FuncOp kernel);
  void emitParallel(mlir::Location loc, mlir::Value callee,
                    mlir::func::FuncOp body, mlir::Value units,
                    mlir::ValueRange arguments);
  /// An array on the stack, of room for `count` values of `type`.
  mlir::Value emitStackArray(mlir::Location loc, mlir::Type type,
                             int64_t count);
  /// A word or pointer on the stack that is 0 when the entry starts.
  mlir::Value emitSlot(mlir::Location loc, mlir::Type type);
  mlir::Value emitElementAddress(mlir::Location loc, mlir::Value array,
                                 mlir::Type type, int64_t index);
  struct Interval {
    mlir::Value low, high, isEmpty;
  };
  Interval emitByteInterval(mlir::Location loc, const RefParts &parts,
                            int64_t bytes);
  /// i1: do the intervals that hold the bytes of two refs not meet?
  mlir::Value emitAreHullsApart(mlir::Location loc, const RefParts &a,
                                int64_t bytesA, const RefParts &b,
                                int64_t bytesB);
  /// The same as emitGuardApart, by `rt->overlap`.
  void emitExactGuardApart(mlir::Location loc, const RefParts &a,
                           int64_t bytesA, const RefParts &b, int64_t bytesB);
  /// Goes on in a new block if `condition` holds; `otherwise` emits the block
  /// that runs if not, which returns `status`.
  void emitBranch(mlir::Location loc, mlir::Value condition, EntryStatus status,
                  llvm::function_ref<void()> otherwise);

  mlir::func::FuncOp old;
  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  mlir::Type pointerType, wordType;
  int64_t nextArgument = 0, nextResult = 0;
};

} // namespace elena

#endif // ELENA_LIB_CONVERSION_ENTRYTOABI_ENTRYBUILDER_H
