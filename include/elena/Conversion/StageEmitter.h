//===- StageEmitter.h - The loops of a stage -------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What CPU and GPU lowering share: the computation of a stage at one point of
// its parallel dimensions. The CPU puts a loop nest around it, the GPU a
// thread. For
//
//   stage box [%n, 4] iterators [parallel, reduction]
//       ins(%a) outs(%o) combiners [sum] { yield of the element }
//
// the parallel dimensions are [0], and the point i is
//
//   s = 0; for (k = 0; k < 4; ++k) s += a[i, k]; o[i] = s;
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_CONVERSION_STAGEEMITTER_H
#define ELENA_CONVERSION_STAGEEMITTER_H

#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/IR/Builders.h"

namespace elena {

/// The sizes of the stage's parallel dimensions as index values.
llvm::SmallVector<mlir::Value> getParallelExtents(mlir::OpBuilder &builder,
                                                  tensorref::StageOp stage);

/// Emits loads, sequential loops, body and stores of one point. The refs of the
/// stage are made by `tensorref.from_memref`; `indices` are those of the
/// parallel dimensions.
void emitStagePoint(mlir::OpBuilder &builder, tensorref::StageOp stage,
                    mlir::ValueRange indices);

/// The same for a stage of a fused group: `indices` are those of the dimensions
/// that `along` names, and inner loops of few points are unrolled.
void emitFusedStage(mlir::OpBuilder &builder, tensorref::StageOp stage,
                    mlir::ValueRange indices);

/// The element at `place` of a ref that is made by `tensorref.from_memref`.
mlir::Value emitLoad(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value ref, mlir::ValueRange place);

} // namespace elena

#endif // ELENA_CONVERSION_STAGEEMITTER_H
