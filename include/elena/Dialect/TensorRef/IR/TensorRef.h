//===- TensorRef.h - The tensorref dialect ---------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types, attributes, interfaces and ops of the dialect. A ref is (offset,
// sizes, strides) over a storage: with `x` of 4x6 f32 elements, `x[:, 1::2]` is
// the ref of sizes [4, 3], strides [6, 2] and offset 1 over the storage of `x`,
// and writing to it writes to `x`.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_DIALECT_TENSORREF_IR_TENSORREF_H
#define ELENA_DIALECT_TENSORREF_IR_TENSORREF_H

#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/MemorySlotInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "elena/Dialect/TensorRef/IR/TensorRefDialect.h.inc"
#include "elena/Dialect/TensorRef/IR/TensorRefEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefAttributes.h.inc"
#define GET_TYPEDEF_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefTypes.h.inc"

namespace elena::tensorref {

enum class AccessKind { Read, Write };

/// One access: all elements of one ref, by one op.
struct Access {
  mlir::OpOperand *operand;
  AccessKind kind;
  /// Every element of the ref is surely touched. Masked and scattered writes,
  /// gathers and reads behind conditions are *may* accesses.
  bool must = true;

  mlir::Value getRef() const { return operand->get(); }
};

/// Names of the attributes that the compiler gives meaning to.
inline constexpr llvm::StringLiteral kEntryAttr = "elena.entry";
inline constexpr llvm::StringLiteral kKernelAttr = "elena.kernel";
/// On a loop of a kernel: its iterations may run in any order and at once.
inline constexpr llvm::StringLiteral kParallelAttr = "elena.parallel";
/// On a kernel that can run in parts: the function that estimates its work.
inline constexpr llvm::StringLiteral kWorkAttr = "elena.work";
inline constexpr llvm::StringLiteral kArgumentsOverlapAttr =
    "elena.arguments_overlap";
inline constexpr llvm::StringLiteral kContiguousAttr = "tensorref.contiguous";
inline constexpr llvm::StringLiteral kInjectiveAttr = "tensorref.injective";
inline constexpr llvm::StringLiteral kChecksAttr = "elena.checks";

/// Threads per block of every GPU kernel.
inline constexpr int64_t kThreadsPerBlock = 256;

/// Most bytes that an iteration of `tensorref.foreach` may have as storage of
/// its own: a GPU keeps them beside the multiprocessor.
inline constexpr int64_t kMostBytesOfIteration = 4096;

/// Does the reduction give the position of a value (argmin, argmax)?
bool givesPosition(ReduceKind kind);

/// Is it evaluated at the entry, from metadata of arguments only?
bool isGuard(mlir::Operation *op);

/// The verifier of every view op: element types agree, and the declared sizes
/// are those of the op's formula wherever both are known.
mlir::LogicalResult verifyViewOp(mlir::Operation *op);

/// The memory effects that follow from an access op's accesses.
void addAccessEffects(mlir::Operation *op,
                      llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<
                          mlir::MemoryEffects::Effect>> &effects);

} // namespace elena::tensorref

#include "elena/Dialect/TensorRef/IR/TensorRefInterfaces.h.inc"
#define GET_OP_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefOps.h.inc"

namespace elena::tensorref {

/// The ops in `within`, in order, that are one kernel each: groups, packs of
/// groups, and what runs such a one for many iterations.
llvm::SmallVector<mlir::Operation *> getKernelRoots(mlir::Operation *within);

} // namespace elena::tensorref

#endif // ELENA_DIALECT_TENSORREF_IR_TENSORREF_H
