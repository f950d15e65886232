//===- CollapseLoops.cpp - One loop over contiguous memory ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   for i in [a, b)                       for t in [a*m, b*m)
//     for j in [0, m)                       y[k + t] = x[t]
//       y[k + i*m + j] = x[i*m + j]
//
// Every access is at p + c*m*i + c*j = p + c*(m*i + j): it needs i and j for
// t = m*i + j only. So j becomes t, and i becomes 0. With c = 0 an access is at
// the same cell everywhere.
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicValues.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

namespace elena {
#define GEN_PASS_DEF_COLLAPSELOOPS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;

namespace {
/// Two loops, one in the other, with nothing else but numbers between them.
struct Nest {
  scf::ForOp outer, inner;
};

/// The addresses of one nest. Numbers are read anew for each: a loop that goes
/// takes its index along.
class NestAddresses {
public:
  NestAddresses(FunctionOpInterface function, Nest nest)
      : symbols(function), nest(nest) {}

  /// Are all accesses those of one loop, with no other use of the indices?
  bool areContiguous();

private:
  bool isContiguous(Value memref, ValueRange indices);
  bool servesAddresses(Value index);
  std::optional<Polynomial> coefficientOf(Value index,
                                          const Polynomial &address);

  SymbolicValues symbols;
  Nest nest;
};
} // namespace

//===----------------------------------------------------------------------===//
// Which loops
//===----------------------------------------------------------------------===//

static bool startsAtZero(scf::ForOp loop) {
  return matchPattern(loop.getLowerBound(), m_Zero());
}

static std::optional<Nest> findNest(scf::ForOp outer) {
  Nest nest{outer, nullptr};
  for (Operation &op : outer.getBody()->without_terminator()) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (nest.inner)
        return std::nullopt;
      nest.inner = loop;
    } else if (!isPure(&op)) {
      return std::nullopt;
    }
  }
  auto isPlain = [](scf::ForOp loop) {
    return loop.getInitArgs().empty() && matchPattern(loop.getStep(), m_One());
  };
  if (!nest.inner || !isPlain(outer) || !isPlain(nest.inner) ||
      !startsAtZero(nest.inner) ||
      !outer.isDefinedOutsideOfLoop(nest.inner.getUpperBound()))
    return std::nullopt;
  return nest;
}

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

static Value getMemref(Operation *access, ValueRange &indices) {
  if (auto load = dyn_cast<memref::LoadOp>(access)) {
    indices = load.getIndices();
    return load.getMemref();
  }
  if (auto store = dyn_cast<memref::StoreOp>(access)) {
    indices = store.getIndices();
    return store.getMemref();
  }
  return nullptr;
}

/// The number of elements from an index to the next, per dimension.
static std::optional<SmallVector<OpFoldResult>> getStrides(Value memref) {
  if (auto cast = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return cast.getConstifiedMixedStrides();
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(cast<MemRefType>(memref.getType())
                 .getStridesAndOffset(strides, offset)) ||
      llvm::any_of(strides, ShapedType::isDynamic))
    return std::nullopt;
  return getAsIndexOpFoldResult(memref.getContext(), strides);
}

/// c with address = c * index + what the index has nothing to do with.
std::optional<Polynomial>
NestAddresses::coefficientOf(Value index, const Polynomial &address) {
  std::optional<Symbol> symbol = symbols.get(index).getSymbol();
  if (!symbol)
    return std::nullopt;
  Polynomial at0 = address.substitute(*symbol, 0);
  Polynomial step = address.substitute(*symbol, 1) - at0;
  if (!(at0 + step * Polynomial::symbol(*symbol) - address).isZero())
    return std::nullopt;
  return step;
}

bool NestAddresses::isContiguous(Value memref, ValueRange indices) {
  std::optional<SmallVector<OpFoldResult>> strides = getStrides(memref);
  if (!strides)
    return false;
  Polynomial address = 0;
  for (auto [index, stride] : llvm::zip_equal(indices, *strides))
    address = address + symbols.get(index) * symbols.get(stride);
  if (!address.isKnown())
    return false;
  auto perRow = coefficientOf(nest.outer.getInductionVar(), address);
  auto perCell = coefficientOf(nest.inner.getInductionVar(), address);
  return perRow && perCell &&
         (*perCell * symbols.get(nest.inner.getUpperBound()) - *perRow)
             .isZero();
}

/// Is nothing made of the index but indices of loads and stores?
bool NestAddresses::servesAddresses(Value index) {
  SmallVector<Value> worklist{index};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      ValueRange indices;
      if (isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(user)) {
        worklist.push_back(user->getResult(0));
      } else if (!getMemref(user, indices) ||
                 user->getParentOp() != nest.inner ||
                 // What a store stores comes before its indices.
                 use.getOperandNumber() <
                     user->getNumOperands() - indices.size()) {
        return false;
      }
    }
  }
  return true;
}

bool NestAddresses::areContiguous() {
  if (!servesAddresses(nest.outer.getInductionVar()) ||
      !servesAddresses(nest.inner.getInductionVar()))
    return false;
  for (Operation &op : nest.inner.getBody()->without_terminator()) {
    ValueRange indices;
    if (Value memref = getMemref(&op, indices)) {
      if (!isContiguous(memref, indices))
        return false;
    } else if (!isPure(&op) || op.getNumRegions()) {
      return false;
    }
  }
  return true;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// The inner loop stays, before the outer one, and that goes.
static void makeOneLoop(Nest nest) {
  auto [outer, inner] = nest;
  OpBuilder builder(outer);
  Location loc = outer.getLoc();
  Value row = inner.getUpperBound();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value first =
      startsAtZero(outer)
          ? zero
          : arith::MulIOp::create(builder, loc, outer.getLowerBound(), row);
  Value end = arith::MulIOp::create(builder, loc, outer.getUpperBound(), row);
  if (!outer->hasAttr(tensorref::kParallelAttr))
    inner->removeAttr(tensorref::kParallelAttr);
  outer.getInductionVar().replaceAllUsesWith(zero);
  for (Operation &op :
       llvm::make_early_inc_range(outer.getBody()->without_terminator()))
    op.moveBefore(outer);
  inner.setLowerBound(first);
  inner.setUpperBound(end);
  outer.erase();
}

/// From the inside out.
static void collapse(FunctionOpInterface function, scf::ForOp loop) {
  SmallVector<scf::ForOp> nested;
  loop.getBody()->walk<WalkOrder::PreOrder>([&](scf::ForOp inner) {
    nested.push_back(inner);
    return WalkResult::skip();
  });
  for (scf::ForOp inner : nested)
    collapse(function, inner);
  moveLoopInvariantCode(cast<LoopLikeOpInterface>(loop.getOperation()));
  std::optional<Nest> nest = findNest(loop);
  if (nest && NestAddresses(function, *nest).areContiguous())
    makeOneLoop(*nest);
}

namespace {
struct CollapseLoops : elena::impl::CollapseLoopsBase<CollapseLoops> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> roots;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::ForOp loop) {
      roots.push_back(loop);
      return WalkResult::skip();
    });
    for (scf::ForOp loop : roots)
      collapse(getOperation(), loop);
  }
};
} // namespace
