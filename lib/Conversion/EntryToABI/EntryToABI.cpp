//===- EntryToABI.cpp - Entry functions with the flat ABI -----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EntryBuilder.h"
#include "elena/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

namespace elena {
#define GEN_PASS_DEF_ENTRYTOABI
#include "elena/Conversion/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

namespace {
/// Rewrites one entry function op by op into its new form.
class EntryLowering {
public:
  EntryLowering(func::FuncOp old, LaunchMode mode, int64_t leastWork,
                const llvm::StringMap<int32_t> &kernels,
                SmallVectorImpl<Attribute> &checks)
      : old(old), mode(mode), leastWork(leastWork), kernels(kernels),
        checks(checks), entry(old) {}

  LogicalResult lower();

private:
  LogicalResult lowerOp(Operation &op);
  void lowerAlloc(AllocOp op);
  void lowerView(StridedViewOp op);
  void lowerBase(BaseOp op);
  void lowerLoad(LoadOp op);
  void lowerGuardApart(GuardApartOp op);
  void lowerAssert(AssertOp op);
  LogicalResult lowerLaunch(LaunchOp op);
  void lowerReturn(func::ReturnOp op);
  LogicalResult lowerBlock(Block &block);
  LogicalResult lowerIf(scf::IfOp op);
  LogicalResult lowerFor(scf::ForOp op);
  LogicalResult lowerWhile(scf::WhileOp op);
  SmallVector<Value> mapped(ValueRange values);
  SymbolicView mapped(const SymbolicView &view);
  OpFoldResult mapped(OpFoldResult value);

  func::FuncOp old;
  LaunchMode mode;
  int64_t leastWork;
  const llvm::StringMap<int32_t> &kernels;
  SmallVectorImpl<Attribute> &checks;
  EntryBuilder entry;
  IRMapping mapping;
  llvm::DenseMap<Value, RefParts> refs;
};
} // namespace

OpFoldResult EntryLowering::mapped(OpFoldResult value) {
  if (auto ssa = dyn_cast<Value>(value))
    return mapping.lookup(ssa);
  return value;
}

SymbolicView EntryLowering::mapped(const SymbolicView &view) {
  SymbolicView result{mapped(view.offset), {}, {}};
  for (OpFoldResult size : view.sizes)
    result.sizes.push_back(mapped(size));
  for (OpFoldResult stride : view.strides)
    result.strides.push_back(mapped(stride));
  return result;
}

//===----------------------------------------------------------------------===//
// Refs
//===----------------------------------------------------------------------===//

void EntryLowering::lowerAlloc(AllocOp op) {
  auto type = cast<RefType>(op.getType());
  IndexArith arith = entry.arith(op.getLoc());
  SmallVector<OpFoldResult> sizes;
  for (OpFoldResult size : op.getMixedSizes())
    sizes.push_back(arith.max(mapped(size), arith.constant(0)));
  Value bytes = entry.emitBytes(op.getLoc(), type.getElementBytes(), sizes);
  Value storage = op->getParentOfType<LoopLikeOpInterface>()
                      ? entry.emitReusedAlloc(op.getLoc(), bytes)
                      : entry.emitAlloc(op.getLoc(), bytes);
  IndexArith after = entry.arith(op.getLoc());
  refs[op.getResult()] = {
      storage, storage, views::rowMajor(after, ArrayRef<OpFoldResult>(sizes))};
}

void EntryLowering::lowerView(StridedViewOp op) {
  RefParts source = refs.lookup(op.getSource());
  IndexArith arith = entry.arith(op.getLoc());
  refs[op.getResult()] = {
      source.storage, source.element0,
      views::compose<IndexArith>(arith, source.view, mapped(op.getView()))};
}

void EntryLowering::lowerBase(BaseOp op) {
  RefParts parts = refs.lookup(op.getRef());
  mapping.map(op.getPointer(),
              entry.emitPointerMemRef(op.getLoc(), parts.element0,
                                      cast<MemRefType>(op.getType())));
}

void EntryLowering::lowerLoad(LoadOp op) {
  auto type = cast<RefType>(op.getRef().getType());
  Value address = entry.emitAddress(op.getLoc(), refs.lookup(op.getRef()),
                                    type.getElementBytes());
  OpBuilder &builder = entry.getBuilder();
  Value value = LLVM::LoadOp::create(builder, op.getLoc(),
                                     type.getStorageElementType(), address);
  if (type.getElementType().isInteger(1)) {
    Value zero = arith::ConstantIntOp::create(builder, op.getLoc(), 0, 8);
    value = arith::CmpIOp::create(builder, op.getLoc(),
                                  arith::CmpIPredicate::ne, value, zero);
  }
  mapping.map(op.getResult(), value);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

void EntryLowering::lowerGuardApart(GuardApartOp op) {
  auto bytesOf = [](Value ref) {
    return cast<RefType>(ref.getType()).getElementBytes();
  };
  entry.emitGuardApart(op.getLoc(), refs.lookup(op.getLhs()),
                       bytesOf(op.getLhs()), refs.lookup(op.getRhs()),
                       bytesOf(op.getRhs()));
}

void EntryLowering::lowerAssert(AssertOp op) {
  int32_t number = checks.size();
  Builder attributes(op.getContext());
  checks.push_back(
      attributes.getArrayAttr({op.getKindAttr(), op.getMessageAttr()}));
  SmallVector<Value> values;
  for (Value value : op.getValues())
    values.push_back(mapping.lookup(value));
  entry.emitCheck(op.getLoc(), mapping.lookup(op.getCondition()), number,
                  values);
}

//===----------------------------------------------------------------------===//
// Kernels and results
//===----------------------------------------------------------------------===//

LogicalResult EntryLowering::lowerLaunch(LaunchOp op) {
  SmallVector<Value> arguments;
  for (Value argument : op.getKernelArguments())
    arguments.push_back(mapping.lookup(argument));
  if (mode == LaunchMode::Call) {
    auto module = old->getParentOfType<ModuleOp>();
    auto kernel = module.lookupSymbol<func::FuncOp>(op.getKernel());
    auto work = kernel->getAttrOfType<FlatSymbolRefAttr>(kWorkAttr);
    if (work)
      entry.emitCallInParts(op.getLoc(), kernel,
                            module.lookupSymbol<func::FuncOp>(work.getAttr()),
                            arguments, leastWork);
    else
      func::CallOp::create(entry.getBuilder(), op.getLoc(), kernel, arguments);
    return success();
  }
  auto ordinal = kernels.find(op.getKernel());
  if (ordinal == kernels.end())
    return op.emitOpError() << "there is no kernel @" << op.getKernel();
  entry.emitLaunch(op.getLoc(), ordinal->second,
                   mapping.lookup(op.getThreads()), arguments);
  return success();
}

void EntryLowering::lowerReturn(func::ReturnOp op) {
  for (Value result : op.getOperands()) {
    if (auto type = dyn_cast<RefType>(result.getType()))
      entry.emitRefResult(op.getLoc(), refs.lookup(result),
                          type.getElementBytes());
    else
      entry.emitScalarResult(op.getLoc(), mapping.lookup(result));
  }
  entry.emitReturn(op.getLoc(), EntryStatus::Ok);
}

//===----------------------------------------------------------------------===//
// Control flow: as blocks, so that checks and launches can return
//===----------------------------------------------------------------------===//

SmallVector<Value> EntryLowering::mapped(ValueRange values) {
  return llvm::map_to_vector(
      values, [&](Value value) { return mapping.lookup(value); });
}

/// All ops of a block but its terminator; the builder ends behind them.
LogicalResult EntryLowering::lowerBlock(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(lowerOp(op)))
      return failure();
  return success();
}

/// A ref that a loop carries or a branch gives may be of any storage: what
/// storages a version needs, and may use again, would not be known.
static LogicalResult checkCarriesNumbers(Operation *op, TypeRange types) {
  for (Type type : types)
    if (isa<RefType>(type))
      return op->emitOpError("gives a ref: copy it into a storage that is "
                             "allocated before");
  return success();
}

LogicalResult EntryLowering::lowerIf(scf::IfOp op) {
  if (failed(checkCarriesNumbers(op, op.getResultTypes())))
    return failure();
  OpBuilder &builder = entry.getBuilder();
  Location loc = op.getLoc();
  Block *taken = entry.addBlock(loc), *other = entry.addBlock(loc);
  Block *next = entry.addBlock(loc, op.getResultTypes());
  cf::CondBranchOp::create(builder, loc, mapping.lookup(op.getCondition()),
                           taken, other);
  auto lowerBranch = [&](Block *start, Region &region) -> LogicalResult {
    builder.setInsertionPointToEnd(start);
    SmallVector<Value> results;
    if (!region.empty()) {
      if (failed(lowerBlock(region.front())))
        return failure();
      results = mapped(region.front().getTerminator()->getOperands());
    }
    cf::BranchOp::create(builder, loc, next, results);
    return success();
  };
  if (failed(lowerBranch(taken, op.getThenRegion())) ||
      failed(lowerBranch(other, op.getElseRegion())))
    return failure();
  mapping.map(op.getResults(), next->getArguments());
  builder.setInsertionPointToEnd(next);
  return success();
}

LogicalResult EntryLowering::lowerFor(scf::ForOp op) {
  if (failed(checkCarriesNumbers(op, op.getResultTypes())))
    return failure();
  OpBuilder &builder = entry.getBuilder();
  Location loc = op.getLoc();
  SmallVector<Type> types{op.getInductionVar().getType()};
  llvm::append_range(types, op.getResultTypes());
  SmallVector<Value> values{mapping.lookup(op.getLowerBound())};
  llvm::append_range(values, mapped(op.getInitArgs()));
  Value end = mapping.lookup(op.getUpperBound());
  Value step = mapping.lookup(op.getStep());
  Block *header = entry.addBlock(loc, types);
  Block *body = entry.addBlock(loc), *next = entry.addBlock(loc);
  cf::BranchOp::create(builder, loc, header, values);
  builder.setInsertionPointToEnd(header);
  Value index = header->getArgument(0);
  Value goesOn = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                       index, end);
  cf::CondBranchOp::create(builder, loc, goesOn, body, next);
  builder.setInsertionPointToEnd(body);
  mapping.map(op.getBody()->getArguments(), header->getArguments());
  if (failed(lowerBlock(*op.getBody())))
    return failure();
  values = {arith::AddIOp::create(builder, loc, index, step)};
  llvm::append_range(values, mapped(op.getYieldedValues()));
  cf::BranchOp::create(builder, loc, header, values);
  mapping.map(op.getResults(), header->getArguments().drop_front());
  builder.setInsertionPointToEnd(next);
  return success();
}

LogicalResult EntryLowering::lowerWhile(scf::WhileOp op) {
  TypeRange types = op.getInits().getTypes();
  if (failed(checkCarriesNumbers(op, types)) ||
      failed(checkCarriesNumbers(op, op.getResultTypes())))
    return failure();
  OpBuilder &builder = entry.getBuilder();
  Location loc = op.getLoc();
  Block *header = entry.addBlock(loc, types);
  Block *body = entry.addBlock(loc), *next = entry.addBlock(loc);
  cf::BranchOp::create(builder, loc, header, mapped(op.getInits()));
  builder.setInsertionPointToEnd(header);
  mapping.map(op.getBeforeArguments(), header->getArguments());
  if (failed(lowerBlock(*op.getBeforeBody())))
    return failure();
  scf::ConditionOp condition = op.getConditionOp();
  SmallVector<Value> passed = mapped(condition.getArgs());
  cf::CondBranchOp::create(
      builder, loc, mapping.lookup(condition.getCondition()), body, next);
  builder.setInsertionPointToEnd(body);
  mapping.map(op.getAfterArguments(), passed);
  if (failed(lowerBlock(*op.getAfterBody())))
    return failure();
  cf::BranchOp::create(builder, loc, header,
                       mapped(op.getYieldOp().getOperands()));
  mapping.map(op.getResults(), passed);
  builder.setInsertionPointToEnd(next);
  return success();
}

LogicalResult EntryLowering::lowerOp(Operation &op) {
  return TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](AllocOp op) { return lowerAlloc(op), success(); })
      .Case([&](StridedViewOp op) { return lowerView(op), success(); })
      .Case([&](BaseOp op) { return lowerBase(op), success(); })
      .Case([&](LoadOp op) { return lowerLoad(op), success(); })
      .Case([&](DimOp op) {
        const RefParts &parts = refs[op.getRef()];
        mapping.map(op.getResult(),
                    entry.arith(op.getLoc())
                        .materialize(parts.view.sizes[op.getDimension()]));
        return success();
      })
      .Case([&](StrideOp op) {
        const RefParts &parts = refs[op.getRef()];
        mapping.map(op.getResult(),
                    entry.arith(op.getLoc())
                        .materialize(parts.view.strides[op.getDimension()]));
        return success();
      })
      .Case([&](GuardOp op) {
        entry.emitReturnUnless(op.getLoc(), mapping.lookup(op.getCondition()),
                               EntryStatus::Guard);
        return success();
      })
      .Case([&](GuardApartOp op) { return lowerGuardApart(op), success(); })
      .Case([&](GuardSameOp op) {
        entry.emitGuardSame(op.getLoc(), refs.lookup(op.getLhs()),
                            refs.lookup(op.getRhs()));
        return success();
      })
      .Case([&](AssertOp op) { return lowerAssert(op), success(); })
      .Case([&](LaunchOp op) { return lowerLaunch(op); })
      .Case([&](func::ReturnOp op) { return lowerReturn(op), success(); })
      .Case([&](scf::IfOp op) { return lowerIf(op); })
      .Case([&](scf::ForOp op) { return lowerFor(op); })
      .Case([&](scf::WhileOp op) { return lowerWhile(op); })
      .Default([&](Operation *op) -> LogicalResult {
        if (isa_and_nonnull<TensorRefDialect>(op->getDialect()))
          return op->emitOpError("has no form in an entry: canonicalize views "
                                 "and outline kernels first");
        entry.getBuilder().clone(*op, mapping);
        return success();
      });
}

/// What an argument or a result of an entry can be.
static bool fitsIntoWords(Type type) {
  return isa<RefType>(type) || type.isIndex() || type.isF32() || type.isF64() ||
         (type.isSignlessInteger() && type.getIntOrFloatBitWidth() <= 64);
}

LogicalResult EntryLowering::lower() {
  for (Type type :
       llvm::concat<const Type>(old.getArgumentTypes(), old.getResultTypes()))
    if (!fitsIntoWords(type))
      return old.emitOpError("is an entry of refs, indices, integers of up to "
                             "64 bits, f32 and f64, but has a ")
             << type;
  if (!llvm::hasSingleElement(old.getBody()))
    return old.emitOpError("is an entry with several blocks: keep control flow "
                           "structured");
  for (BlockArgument argument : old.getArguments()) {
    if (auto type = dyn_cast<RefType>(argument.getType()))
      refs[argument] = entry.emitRefArgument(
          argument.getLoc(), type,
          old.getArgAttr(argument.getArgNumber(), kContiguousAttr) != nullptr);
    else
      mapping.map(argument, entry.emitScalarArgument(argument.getLoc(),
                                                     argument.getType()));
  }
  for (Operation &op : old.getBody().front())
    if (failed(lowerOp(op)))
      return failure();
  entry.finish();
  return success();
}

namespace {
struct EntryToABI : elena::impl::EntryToABIBase<EntryToABI> {
  using EntryToABIBase::EntryToABIBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::StringMap<int32_t> kernels;
    SmallVector<func::FuncOp> entries;
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function->hasAttr(kKernelAttr))
        kernels.try_emplace(function.getName(), kernels.size());
      else if (function->hasAttr(kEntryAttr) && !function.isDeclaration())
        entries.push_back(function);
    }
    SmallVector<Attribute> checks;
    for (func::FuncOp function : entries) {
      if (failed(EntryLowering(function, launch, leastWork, kernels, checks)
                     .lower()))
        return signalPassFailure();
      function.erase();
    }
    module->setAttr(kChecksAttr, ArrayAttr::get(&getContext(), checks));
  }
};
} // namespace
