//===- IndexInterpreter.h - Runs index arithmetic ---------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_UNIT_ANALYSIS_INDEXINTERPRETER_H
#define ELENA_TEST_UNIT_ANALYSIS_INDEXINTERPRETER_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <functional>
#include <map>
#include <optional>

namespace elena::test {

/// Values of index arithmetic (also i1), for inputs that are drawn when they
/// are first asked for: arguments, sizes and strides of refs.
class IndexInterpreter {
public:
  using Draw = std::function<int64_t(mlir::Value, bool isSize)>;
  explicit IndexInterpreter(Draw draw) : draw(std::move(draw)) {}

  /// All ops of the block; false if a guard does not hold, or an op has no
  /// value (division by 0).
  bool run(mlir::Block &block);
  /// Nothing if the value has none.
  std::optional<int64_t> get(mlir::Value value);

private:
  std::optional<int64_t> compute(mlir::Operation *op);
  std::optional<int64_t> drawMetadata(mlir::Operation *op);

  Draw draw;
  llvm::DenseMap<mlir::Value, std::optional<int64_t>> values;
  std::map<std::tuple<void *, int64_t, bool>, int64_t> metadata;
};

} // namespace elena::test

#endif // ELENA_TEST_UNIT_ANALYSIS_INDEXINTERPRETER_H
