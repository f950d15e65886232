//===- Temporaries.cpp - How large temporaries are in one call ------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sizes are computed on the host from sizes and numbers that the entry is
// given. With those at hand, the same arithmetic folds to constants.
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include <bit>

using namespace elena;
using namespace elena::tensorref;
using namespace mlir;

namespace {
/// The values of index arithmetic in a call with known words.
class HostEvaluator {
public:
  HostEvaluator(func::FuncOp function, ArrayRef<int64_t> words);

  /// Null if it depends on data.
  Attribute get(Value value);
  std::optional<int64_t> getSize(OpFoldResult size);

private:
  Attribute compute(Operation *op, unsigned result);
  Attribute word(Type type, int64_t value);
  Attribute getDimension(Value ref, uint64_t place);

  Builder builder;
  ArrayRef<int64_t> words;
  /// Of each argument, where its words start.
  DenseMap<Value, size_t> starts;
  DenseMap<Value, Attribute> known;
};
} // namespace

HostEvaluator::HostEvaluator(func::FuncOp function, ArrayRef<int64_t> words)
    : builder(function.getContext()), words(words) {
  size_t next = 0;
  for (BlockArgument argument : function.getArguments()) {
    starts[argument] = next;
    auto type = dyn_cast<RefType>(argument.getType());
    next += type ? 1 + 2 * type.getRank() : 1;
  }
  if (next != words.size())
    starts.clear();
}

Attribute HostEvaluator::word(Type type, int64_t value) {
  if (type.isF64())
    return builder.getFloatAttr(type, std::bit_cast<double>(value));
  if (!type.isIntOrIndex())
    return {};
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  APInt bits(64, value, /*isSigned=*/true);
  return builder.getIntegerAttr(type, bits.trunc(width));
}

/// A word of a ref argument; `place` counts from its pointer.
Attribute HostEvaluator::getDimension(Value ref, uint64_t place) {
  auto start = starts.find(ref);
  if (start == starts.end())
    return {};
  return builder.getIndexAttr(words[start->second + place]);
}

Attribute HostEvaluator::compute(Operation *op, unsigned result) {
  if (auto dim = dyn_cast<DimOp>(op))
    return getDimension(dim.getRef(), 1 + dim.getDimension());
  if (auto stride = dyn_cast<StrideOp>(op)) {
    auto type = cast<RefType>(stride.getRef().getType());
    return getDimension(stride.getRef(),
                        1 + type.getRank() + stride.getDimension());
  }
  SmallVector<Attribute> operands;
  for (Value operand : op->getOperands()) {
    if (isa<RefType>(operand.getType()))
      return {};
    operands.push_back(get(operand));
  }
  SmallVector<OpFoldResult> results;
  if (failed(op->fold(operands, results)) || results.empty())
    return {};
  if (auto value = dyn_cast<Value>(results[result]))
    return value == op->getResult(result) ? Attribute() : get(value);
  return cast<Attribute>(results[result]);
}

Attribute HostEvaluator::get(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Attribute result;
  if (auto start = starts.find(value); start != starts.end())
    result = word(value.getType(), words[start->second]);
  else if (auto opResult = dyn_cast<OpResult>(value))
    result = compute(opResult.getOwner(), opResult.getResultNumber());
  return known[value] = result;
}

std::optional<int64_t> HostEvaluator::getSize(OpFoldResult size) {
  auto value = dyn_cast<Value>(size);
  auto number =
      dyn_cast_or_null<IntegerAttr>(value ? get(value) : cast<Attribute>(size));
  if (!number)
    return std::nullopt;
  return std::max<int64_t>(number.getInt(), 0);
}

std::vector<int64_t> elena::measureTemporaries(ModuleOp module,
                                               ArrayRef<int64_t> words) {
  std::vector<int64_t> result;
  for (AllocOp alloc : findTemporaries(module)) {
    HostEvaluator evaluator(alloc->getParentOfType<func::FuncOp>(), words);
    std::optional<int64_t> bytes =
        cast<RefType>(alloc.getType()).getElementBytes();
    // One for each iteration, and nobody counts those.
    if (alloc->getParentOfType<LoopLikeOpInterface>())
      bytes = std::nullopt;
    for (OpFoldResult size : alloc.getMixedSizes()) {
      std::optional<int64_t> count = evaluator.getSize(size);
      bytes = bytes && count ? std::optional(*bytes * *count) : std::nullopt;
    }
    result.push_back(bytes.value_or(-1));
  }
  return result;
}
