//===- OutlineKernels.cpp - Groups as kernels with flat arguments ---------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"
#include "elena/Transforms/RefOfMemref.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/MapVector.h"

namespace elena {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

/// The threads that a GPU runs a group with, or all groups of a pack.
static OpFoldResult countThreads(IndexArith &arith, Operation *op) {
  if (auto foreach = dyn_cast<ForeachOp>(op))
    return arith.mul(foreach.getCount(), foreach.getThreads());
  OpFoldResult threads = arith.constant(0);
  op->walk([&](GroupOp group) {
    OpFoldResult points = arith.constant(1);
    for (OpFoldResult size : group.getMixedThreadSizes())
      points = arith.mul(points, size);
    threads = arith.add(threads, points);
  });
  return threads;
}

/// Moves the pure ops that stand between the stages, in loops and branches too,
/// and do not depend on storage made there, to the host: their views become
/// offsets and strides.
static void hoistPureOps(Operation *root) {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) {
    if (op != root && !op->getParentOfType<StageOp>() && isPure(op) &&
        !op->hasTrait<OpTrait::IsTerminator>())
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), used);
    bool outside = llvm::none_of(used, [&](Value value) {
      return root->isAncestor(value.getParentBlock()->getParentOp());
    });
    if (outside)
      op->moveBefore(root);
  }
}

namespace {
/// Builds the kernel of one group, pack or loop, and its launch.
class KernelBuilder {
public:
  /// Starts a kernel before `entry`.
  KernelBuilder(Operation *group, StringRef name, Operation *entry);

  void outline();

private:
  /// A kernel parameter that stands for `value` of the host.
  Value parameter(Value value);
  OpFoldResult parameter(OpFoldResult value);
  OpFoldResult offsetParameter(OpFoldResult offset);
  OpFoldResult strideParameter(OpFoldResult stride);
  Value pointer(Value root);
  Value refInKernel(OpBuilder &kernel, Value ref);
  void bindRef(Value ref);
  void bindRefsOfIterations();
  void findWritten();
  void describePointers();

  Operation *group;
  Location loc;
  OpBuilder host;
  IndexArith arith;
  func::FuncOp function;
  SmallVector<Value> arguments;
  llvm::MapVector<Value, Value> parameters;
  /// Root of a ref -> the number of the parameter that points to its element 0.
  llvm::MapVector<Value, unsigned> pointers;
  /// Root of a ref -> what the host passes for it.
  llvm::DenseMap<Value, Value> bases;
  /// Roots that the group writes.
  llvm::SmallPtrSet<Value, 4> written;
};
} // namespace

KernelBuilder::KernelBuilder(Operation *group, StringRef name, Operation *entry)
    : group(group), loc(group->getLoc()), host(group), arith(host, loc) {
  OpBuilder module(entry);
  function =
      func::FuncOp::create(module, loc, name, module.getFunctionType({}, {}));
  function.setPrivate();
  function->setAttr(kKernelAttr, module.getUnitAttr());
  function.addEntryBlock();
}

Value KernelBuilder::parameter(Value value) {
  Value &known = parameters[value];
  if (!known) {
    arguments.push_back(value);
    known = function.front().addArgument(value.getType(), loc);
  }
  return known;
}

OpFoldResult KernelBuilder::parameter(OpFoldResult value) {
  if (auto attr = dyn_cast<Attribute>(value))
    return attr;
  if (std::optional<int64_t> known = getConstantIntValue(value))
    return arith.constant(*known);
  return parameter(cast<Value>(value));
}

/// A view of a reversed argument lies before the argument's element 0. Known
/// offsets of memrefs are not negative, so the kernel is told at run time.
OpFoldResult KernelBuilder::offsetParameter(OpFoldResult offset) {
  std::optional<int64_t> known = getConstantIntValue(offset);
  return known && *known < 0 ? parameter(arith.materialize(offset))
                             : parameter(offset);
}

/// What a memref's type would take for "not known" is told at run time too.
OpFoldResult KernelBuilder::strideParameter(OpFoldResult stride) {
  return getConstantIntValue(stride) == ShapedType::kDynamic
             ? parameter(arith.materialize(stride))
             : parameter(stride);
}

Value KernelBuilder::pointer(Value root) {
  auto [known, isNew] = pointers.try_emplace(root, arguments.size());
  if (!isNew)
    return function.front().getArgument(known->second);
  Type element = cast<RefType>(root.getType()).getStorageElementType();
  Value base = BaseOp::create(host, loc, MemRefType::get({}, element), root);
  bases[root] = base;
  return parameter(base);
}

/// The ref, rebuilt inside the kernel from pointer, offset, sizes and strides.
Value KernelBuilder::refInKernel(OpBuilder &kernel, Value ref) {
  FailureOr<RootedView> rooted = composeToRoot(arith, ref);
  assert(succeeded(rooted) && "verified views compose");
  auto type = cast<RefType>(ref.getType());
  SymbolicView &view = rooted->view;
  for (auto [d, size] : llvm::enumerate(view.sizes))
    if (!type.isDynamicDim(d))
      size = arith.constant(type.getShape()[d]);
  Value base = pointer(rooted->root);
  SmallVector<OpFoldResult> sizes, strides;
  for (OpFoldResult size : view.sizes)
    sizes.push_back(parameter(size));
  for (OpFoldResult stride : view.strides)
    strides.push_back(strideParameter(stride));
  return makeRefOfMemref(kernel, loc, base, type.getElementType(),
                         {offsetParameter(view.offset), sizes, strides});
}

/// A number of a memref that it may not state (see offsetParameter): as an op
/// of the host, which is not known to be a constant.
static OpFoldResult asRunTimeNumber(OpBuilder &host, Location loc,
                                    OpFoldResult number) {
  IndexArith arith(host, loc);
  Value zero = arith::ConstantIndexOp::create(host, loc, 0);
  return arith::AddIOp::create(host, loc, arith.materialize(number), zero)
      .getResult();
}

/// A ref that an iteration makes becomes one of a pointer of the host: offset,
/// sizes and strides are computed in the kernel.
void KernelBuilder::bindRef(Value ref) {
  OpBuilder inside(ref.getContext());
  inside.setInsertionPointAfterValue(ref);
  IndexArith numbers(inside, loc);
  FailureOr<RootedView> rooted = composeToRoot(numbers, ref);
  assert(succeeded(rooted) && "verified views compose");
  SymbolicView &view = rooted->view;
  auto type = cast<RefType>(ref.getType());
  for (auto [d, size] : llvm::enumerate(view.sizes))
    if (!type.isDynamicDim(d))
      size = numbers.constant(type.getShape()[d]);
  if (getConstantIntValue(view.offset).value_or(0) < 0)
    view.offset = asRunTimeNumber(host, loc, view.offset);
  for (OpFoldResult &stride : view.strides)
    if (getConstantIntValue(stride) == ShapedType::kDynamic)
      stride = asRunTimeNumber(host, loc, stride);
  pointer(rooted->root);
  Value base = bases.lookup(rooted->root);
  Value bound = makeRefOfMemref(inside, loc, base, type.getElementType(), view);
  for (OpOperand &use : llvm::make_early_inc_range(ref.getUses())) {
    Operation *user = use.getOwner();
    if (auto dim = dyn_cast<DimOp>(user))
      dim.replaceAllUsesWith(
          numbers.materialize(view.sizes[dim.getDimension()]));
    else if (auto stride = dyn_cast<StrideOp>(user))
      stride.replaceAllUsesWith(
          numbers.materialize(view.strides[stride.getDimension()]));
    else if (!isa<ViewOpInterface>(user))
      use.set(bound);
  }
}

void KernelBuilder::bindRefsOfIterations() {
  llvm::SetVector<Value> refs;
  SmallVector<Operation *> views;
  group->walk([&](Operation *op) {
    if (isa<ViewOpInterface, DimOp, StrideOp>(op))
      views.push_back(op);
    if (isa<ViewOpInterface>(op))
      return;
    for (Value operand : op->getOperands())
      if (isa<RefType>(operand.getType()) && operand.getDefiningOp() &&
          group->isAncestor(operand.getDefiningOp()) &&
          !group->isAncestor(getRoot(operand).getParentBlock()->getParentOp()))
        refs.insert(operand);
  });
  llvm::for_each(refs, [&](Value ref) { bindRef(ref); });
  for (Operation *view : llvm::reverse(views))
    if (view->use_empty())
      view->erase();
}

void KernelBuilder::findWritten() {
  group->walk([&](StageOp stage) {
    for (Value output : stage.getOutputs())
      written.insert(getRoot(output));
  });
}

/// Which pointers share no byte with any other one, and which are only read.
/// Where the threads of a block see what others of them have written, LLVM must
/// not take the pointer for one that only this thread goes through.
void KernelBuilder::describePointers() {
  ArgumentAlias alias = getArgumentAlias(group);
  auto foreach = dyn_cast<ForeachOp>(group);
  bool isShared = foreach && foreach.hasSeveralSteps();
  for (auto [root, number] : pointers) {
    unsigned index = number;
    bool apart = llvm::all_of(pointers, [&, root = root](auto &other) {
      return other.first == root || !mayShareStorage(root, other.first, alias);
    });
    bool isWritten = written.contains(root);
    if (apart && !(isShared && isWritten))
      function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                          host.getUnitAttr());
    if (apart && !isWritten)
      function.setArgAttr(index, LLVM::LLVMDialect::getReadonlyAttrName(),
                          host.getUnitAttr());
  }
}

void KernelBuilder::outline() {
  OpBuilder kernel = OpBuilder::atBlockBegin(&function.front());
  IRMapping mapping;
  hoistPureOps(group);
  findWritten();
  if (isa<ForeachOp>(group))
    bindRefsOfIterations();
  llvm::SetVector<Value> captured;
  captured.insert_range(group->getOperands());
  getUsedValuesDefinedAbove(group->getRegions(), captured);
  for (Value value : captured) {
    if (isa<RefType>(value.getType()))
      mapping.map(value, refInKernel(kernel, value));
    else if (matchPattern(value, m_Constant()))
      mapping.map(value, kernel.clone(*value.getDefiningOp())->getResult(0));
    else
      mapping.map(value, parameter(value));
  }
  kernel.clone(*group, mapping);
  func::ReturnOp::create(kernel, loc);

  function.setType(
      host.getFunctionType(function.front().getArgumentTypes(), {}));
  describePointers();

  Value threads = arith.materialize(countThreads(arith, group));
  LaunchOp::create(host, loc, function.getName(), threads, arguments);
}

namespace {
struct OutlineKernels : elena::impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  void runOnOperation() override {
    SmallVector<func::FuncOp> entries;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && !function->hasAttr(kKernelAttr))
        entries.push_back(function);
    for (func::FuncOp function : entries)
      outlineAll(function);
  }

  void outlineAll(func::FuncOp function) {
    for (auto [i, group] : llvm::enumerate(getKernelRoots(function))) {
      auto what = group->getAttrOfType<StringAttr>("name");
      std::string name = (function.getName() + "_k" + Twine(i) +
                          (what ? "_" + what.getValue() : Twine()))
                             .str();
      KernelBuilder(group, name, function).outline();
      group->erase();
    }
  }
};
} // namespace
