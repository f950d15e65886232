//===- GroupEmitter.h - The points of a fused group ------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What CPU and GPU lowering share of fused groups: all that the stages do at
// one point t of the group's space. The CPU puts a loop nest around it, the GPU
// a thread. For
//
//   group over [%n, %m] {
//     %p = alloc []
//     stage box [%n, %m] along [0, 1] outs(view of %p) ...
//     stage box [4, %m] along [0 + %s, 1] ins(view of %p) outs(%o) ...
//   }
//
// it is, at (t0, t1),
//
//   p[] = ...;                      // p: on the stack
//   i = t0 - s;
//   if (0 <= i && i < 4) o[i, t1] = ... p[] ...;
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_GROUPEMITTER_H
#define ELENA_CONVERSION_GROUPEMITTER_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/Builders.h"

namespace elena {

/// Makes the memory of a storage of an iteration of `tensorref.foreach`.
using IterationMemory = llvm::function_ref<mlir::Value(
    mlir::Location loc, llvm::ArrayRef<int64_t> sizes, mlir::Type element)>;

/// Moves all but the stages out of the bodies of the groups and packs below
/// `kernel`, and the groups' private storage to the stack (`memref.alloca` at
/// the start of `kernel`), as that of iterations if nothing else makes memory
/// for it. After it every ref of a stage is made by `tensorref.from_memref`.
void lowerGroupBodies(mlir::Region &kernel, IterationMemory memory = nullptr);

/// Emits the stages of a fused group at one point of its space, each behind a
/// check of its box where it may not run at all points.
void emitGroupPoint(mlir::OpBuilder &builder, tensorref::GroupOp group,
                    mlir::ValueRange point);

/// Emits a loop nest in C order over the space of a fused group.
void emitGroupLoops(mlir::OpBuilder &builder, tensorref::GroupOp group);

/// Moves the body of `foreach` to the builder, with `iteration` as its number,
/// and lowers its loads. The groups and packs are left.
void inlineIteration(mlir::OpBuilder &builder, tensorref::ForeachOp foreach,
                     mlir::Value iteration);

/// Drops the refs that served the stages of `kernel`, all of which are lowered.
void eraseUnusedRefs(mlir::Region &kernel);

} // namespace elena

#endif // ELENA_CONVERSION_GROUPEMITTER_H
