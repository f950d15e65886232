//===- ViewComposition.cpp - Strided views of SSA values ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace elena::tensorref;

//===----------------------------------------------------------------------===//
// IndexArith
//===----------------------------------------------------------------------===//

OpFoldResult IndexArith::constant(int64_t value) {
  return IntegerAttr::get(IndexType::get(context), value);
}

std::optional<int64_t> IndexArith::getConstant(OpFoldResult value) {
  return value ? getConstantIntValue(value) : std::nullopt;
}

mlir::Value IndexArith::materialize(OpFoldResult value) {
  assert(builder && value && "only known values can be made");
  if (auto ssa = dyn_cast<mlir::Value>(value))
    return ssa;
  return arith::ConstantIndexOp::create(*builder, loc, *getConstant(value));
}

template <typename OpT>
OpFoldResult IndexArith::emit(OpFoldResult x, OpFoldResult y) {
  if (!builder || !x || !y)
    return {};
  return builder->createOrFold<OpT>(loc, materialize(x), materialize(y));
}

OpFoldResult IndexArith::emitAdd(OpFoldResult x, OpFoldResult y) {
  return emit<arith::AddIOp>(x, y);
}
OpFoldResult IndexArith::emitSub(OpFoldResult x, OpFoldResult y) {
  return emit<arith::SubIOp>(x, y);
}
OpFoldResult IndexArith::emitMul(OpFoldResult x, OpFoldResult y) {
  return emit<arith::MulIOp>(x, y);
}
OpFoldResult IndexArith::emitMin(OpFoldResult x, OpFoldResult y) {
  return emit<arith::MinSIOp>(x, y);
}
OpFoldResult IndexArith::emitMax(OpFoldResult x, OpFoldResult y) {
  return emit<arith::MaxSIOp>(x, y);
}
OpFoldResult IndexArith::emitCeilDiv(OpFoldResult x, int64_t divisor) {
  // (x + (c - 1)) floordiv c, for x >= 0; sizes stay far from overflow.
  OpFoldResult sum = add(x, constant(divisor - 1));
  return emit<arith::DivUIOp>(sum, constant(divisor));
}
OpFoldResult IndexArith::emitSelectLess(OpFoldResult x, OpFoldResult y,
                                        OpFoldResult ifTrue,
                                        OpFoldResult ifFalse) {
  if (!builder || !x || !y || !ifTrue || !ifFalse)
    return {};
  mlir::Value less = builder->createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::slt, materialize(x), materialize(y));
  return builder->createOrFold<arith::SelectOp>(loc, less, materialize(ifTrue),
                                                materialize(ifFalse));
}

/// The value of a `dim` or `stride` op of `ref` that is there already: what
/// canonical IR compares by. Null if there is none.
template <typename OpT>
static OpFoldResult findMetadata(mlir::Value ref, int64_t dimension) {
  for (Operation *user : ref.getUsers())
    if (auto op = dyn_cast<OpT>(user))
      if (static_cast<int64_t>(op.getDimension()) == dimension)
        return op.getResult();
  return {};
}

OpFoldResult IndexArith::emitDim(mlir::Value ref, int64_t dimension) {
  if (!builder)
    return findMetadata<DimOp>(ref, dimension);
  return DimOp::create(*builder, loc, ref, dimension).getResult();
}

OpFoldResult IndexArith::emitStride(mlir::Value ref, int64_t dimension) {
  if (!builder)
    return findMetadata<StrideOp>(ref, dimension);
  return StrideOp::create(*builder, loc, ref, dimension).getResult();
}

//===----------------------------------------------------------------------===//
// Roots and chains
//===----------------------------------------------------------------------===//

/// The view ops from `ref` to its root, which is returned. A chain in a dead
/// block, or one that is not verified yet, may lead back into itself: failure.
static FailureOr<mlir::Value>
getChain(mlir::Value ref, SmallVectorImpl<ViewOpInterface> &chain) {
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (auto view = ref.getDefiningOp<ViewOpInterface>()) {
    if (!seen.insert(view).second)
      return failure();
    chain.push_back(view);
    ref = view.getViewedRef();
  }
  return ref;
}

bool elena::tensorref::isViewOfItself(mlir::Value ref) {
  SmallVector<ViewOpInterface> chain;
  return failed(getChain(ref, chain));
}

mlir::Value elena::tensorref::getRoot(mlir::Value ref) {
  SmallVector<ViewOpInterface> chain;
  FailureOr<mlir::Value> root = getChain(ref, chain);
  return failed(root) ? ref : *root;
}

/// Does `root` carry a mark as an argument of its function?
static bool hasArgumentMark(mlir::Value root, StringRef name) {
  auto argument = dyn_cast<BlockArgument>(root);
  if (!argument)
    return false;
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return function && argument.getOwner()->isEntryBlock() &&
         function.getArgAttr(argument.getArgNumber(), name);
}

bool elena::tensorref::isContiguousRoot(mlir::Value root) {
  return root.getDefiningOp<AllocOp>() ||
         hasArgumentMark(root, kContiguousAttr);
}

bool elena::tensorref::isInjective(mlir::Value ref) {
  while (auto view = ref.getDefiningOp<ViewOpInterface>()) {
    if (!view.preservesInjectivity())
      return false;
    ref = view.getViewedRef();
  }
  return isContiguousRoot(ref) || hasArgumentMark(ref, kInjectiveAttr);
}

static SmallVector<OpFoldResult> getRootSizes(IndexArith &arith,
                                              mlir::Value root) {
  auto type = cast<RefType>(root.getType());
  auto alloc = root.getDefiningOp<AllocOp>();
  SmallVector<OpFoldResult> sizes;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    if (!type.isDynamicDim(d))
      sizes.push_back(arith.constant(type.getShape()[d]));
    else if (alloc)
      sizes.push_back(arith.max(alloc.getMixedSizes()[d], arith.constant(0)));
    else
      sizes.push_back(arith.emitDim(root, d));
  }
  return sizes;
}

SymbolicView elena::tensorref::getRootView(IndexArith &arith,
                                           mlir::Value root) {
  auto type = cast<RefType>(root.getType());
  SmallVector<OpFoldResult> sizes = getRootSizes(arith, root);
  SymbolicView view = views::rowMajor(arith, ArrayRef<OpFoldResult>(sizes));
  if (isContiguousRoot(root))
    return view;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    int64_t known = type.getLayout() ? type.getLayout().getStrides()[d]
                                     : ShapedType::kDynamic;
    view.strides[d] = ShapedType::isDynamic(known) ? arith.emitStride(root, d)
                                                   : arith.constant(known);
  }
  return view;
}

FailureOr<RootedView> elena::tensorref::composeToRoot(IndexArith &arith,
                                                      mlir::Value ref) {
  SmallVector<ViewOpInterface> chain;
  FailureOr<mlir::Value> root = getChain(ref, chain);
  if (failed(root))
    return failure();
  RootedView rooted{*root, getRootView(arith, *root)};
  for (ViewOpInterface op : llvm::reverse(chain)) {
    FailureOr<SymbolicView> view = op.applyView(arith, rooted.view);
    if (failed(view))
      return failure();
    // What the type knows (a guard has proved it) the formula may not.
    auto type = cast<RefType>(op->getResult(0).getType());
    for (auto [d, size] : llvm::enumerate(type.getShape()))
      if (!ShapedType::isDynamic(size) && d < view->sizes.size())
        view->sizes[d] = arith.constant(size);
    rooted.view = *view;
  }
  return rooted;
}

Type elena::tensorref::getViewType(Type elementType, const SymbolicView &view) {
  SmallVector<int64_t> shape;
  for (OpFoldResult size : view.sizes)
    shape.push_back(
        size ? getConstantIntValue(size).value_or(ShapedType::kDynamic)
             : ShapedType::kDynamic);
  return RefType::get(shape, elementType);
}
