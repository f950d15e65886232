//===- ViewArith.h - The integers that view formulas compute with -*- C++
//-*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every formula of StridedView.h is written once, over "some integers". What
// they are is a policy:
//
//   IntArith           int64_t; the formula is computed now.
//   FoldingArith<...>  symbols; the formula is *built* (as arith ops, as an
//                      expression), and folded wherever constants allow it.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_SUPPORT_VIEWARITH_H
#define ELENA_SUPPORT_VIEWARITH_H

#include <cassert>
#include <concepts>
#include <cstdint>
#include <optional>

namespace elena {

/// What StridedView.h asks of its integers. `Value` is copyable and default
/// constructible. All operations are those of int64_t.
template <typename A>
concept ViewArith = requires(A &a, typename A::Value x, int64_t c) {
  /// The constant c.
  { a.constant(c) } -> std::same_as<typename A::Value>;
  /// The value of x where it is known, else nothing.
  { a.getConstant(x) } -> std::same_as<std::optional<int64_t>>;
  { a.add(x, x) } -> std::same_as<typename A::Value>;
  { a.sub(x, x) } -> std::same_as<typename A::Value>;
  { a.mul(x, x) } -> std::same_as<typename A::Value>;
  { a.min(x, x) } -> std::same_as<typename A::Value>;
  { a.max(x, x) } -> std::same_as<typename A::Value>;
  /// x / c rounded up, for x >= 0 and c > 0.
  { a.ceilDiv(x, c) } -> std::same_as<typename A::Value>;
  /// x < y ? ifTrue : ifFalse.
  { a.selectLess(x, x, x, x) } -> std::same_as<typename A::Value>;
};

/// Numbers. Overflow wraps (as NumPy's strides do), it is never undefined.
struct IntArith {
  using Value = int64_t;

  Value constant(int64_t c) { return c; }
  std::optional<int64_t> getConstant(Value x) { return x; }
  Value add(Value x, Value y) {
    return static_cast<int64_t>(uint64_t(x) + uint64_t(y));
  }
  Value sub(Value x, Value y) {
    return static_cast<int64_t>(uint64_t(x) - uint64_t(y));
  }
  Value mul(Value x, Value y) {
    return static_cast<int64_t>(uint64_t(x) * uint64_t(y));
  }
  Value min(Value x, Value y) { return x < y ? x : y; }
  Value max(Value x, Value y) { return x < y ? y : x; }
  Value ceilDiv(Value x, int64_t c) {
    assert(x >= 0 && c > 0 && "ceilDiv wants x >= 0 and c > 0");
    return x == 0 ? 0 : (x - 1) / c + 1;
  }
  Value selectLess(Value x, Value y, Value ifTrue, Value ifFalse) {
    return x < y ? ifTrue : ifFalse;
  }
};

/// Symbols with folding: makes a ViewArith out of `Derived`, which supplies
///
///   Value constant(int64_t);
///   std::optional<int64_t> getConstant(Value);
///   bool isSame(Value, Value);              // certainly the same value
///   Value emitAdd(Value, Value);  emitSub, emitMul, emitMin, emitMax alike
///   Value emitCeilDiv(Value, int64_t divisor);
///   Value emitSelectLess(Value x, Value y, Value ifTrue, Value ifFalse);
///
/// The emit functions are called only where nothing can be folded, so x + 0,
/// 1 * x, min(x, x) and operations of two constants never reach them.
template <typename Derived, typename ValueT> struct FoldingArith {
  using Value = ValueT;

  Value add(Value x, Value y) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return self().constant(IntArith().add(*cx, *cy));
    if (cx == 0)
      return y;
    if (cy == 0)
      return x;
    return self().emitAdd(x, y);
  }

  Value sub(Value x, Value y) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return self().constant(IntArith().sub(*cx, *cy));
    if (cy == 0)
      return x;
    if (self().isSame(x, y))
      return self().constant(0);
    return self().emitSub(x, y);
  }

  Value mul(Value x, Value y) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return self().constant(IntArith().mul(*cx, *cy));
    if (cx == 0 || cy == 0)
      return self().constant(0);
    if (cx == 1)
      return y;
    if (cy == 1)
      return x;
    return self().emitMul(x, y);
  }

  Value min(Value x, Value y) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return self().constant(IntArith().min(*cx, *cy));
    return self().isSame(x, y) ? x : self().emitMin(x, y);
  }

  Value max(Value x, Value y) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return self().constant(IntArith().max(*cx, *cy));
    return self().isSame(x, y) ? x : self().emitMax(x, y);
  }

  Value ceilDiv(Value x, int64_t c) {
    if (std::optional<int64_t> cx = known(x))
      return self().constant(IntArith().ceilDiv(*cx, c));
    return c == 1 ? x : self().emitCeilDiv(x, c);
  }

  Value selectLess(Value x, Value y, Value ifTrue, Value ifFalse) {
    std::optional<int64_t> cx = known(x), cy = known(y);
    if (cx && cy)
      return *cx < *cy ? ifTrue : ifFalse;
    if (self().isSame(ifTrue, ifFalse))
      return ifTrue;
    return self().emitSelectLess(x, y, ifTrue, ifFalse);
  }

private:
  Derived &self() { return static_cast<Derived &>(*this); }
  std::optional<int64_t> known(Value x) { return self().getConstant(x); }
};

} // namespace elena

#endif // ELENA_SUPPORT_VIEWARITH_H
