//===- Rewrite.cpp - Makes a GPU module run on the host ----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"
#include "GridRunner.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace elena::emulator {

namespace {

constexpr StringLiteral nvvmPrefix = "llvm.nvvm.";

/// Rewrites one module; the steps are in the order of `run`.
class Rewriter {
public:
  Rewriter(Module &module, const TargetMachine &machine)
      : module(module), machine(machine), context(module.getContext()),
        i32(Type::getInt32Ty(context)), pointer(PointerType::get(context, 0)) {}

  Expected<RewrittenModule> run();

private:
  void findKernels();
  void dropTargetAttributes();
  void rewriteCalls();
  /// Returns false if the intrinsic is not known. `result` stays null for one
  /// that has no effect here.
  bool rewriteCall(CallInst &call, StringRef name, Value *&result);
  bool rewriteSpecialRegister(CallInst &call, StringRef name, Value *&result);
  bool rewriteShuffle(CallInst &call, StringRef name, Value *&result);
  Value *callShuffle(IRBuilder<> &builder, CallInst &call, ShuffleMode mode,
                     ArrayRef<Value *> operands, Value *&predicate);
  void exposeVariables();

  Module &module;
  const TargetMachine &machine;
  LLVMContext &context;
  Type *i32;
  Type *pointer;
  uint32_t nextSite = 0;
  SmallSetVector<StringRef, 4> unknown;
  RewrittenModule result;
};

} // namespace

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

static bool isSynchronization(StringRef name) {
  return name.consume_front(nvvmPrefix) &&
         (name.starts_with("barrier") || name.starts_with("shfl.sync") ||
          name.starts_with("bar.warp"));
}

/// Whether a call of `function` may come to a barrier or a shuffle.
static bool mayWait(const Function &function,
                    SmallPtrSetImpl<const Function *> &seen) {
  if (!seen.insert(&function).second)
    return false;
  if (isSynchronization(function.getName()))
    return true;
  for (const Instruction &instruction : instructions(function))
    if (auto *call = dyn_cast<CallInst>(&instruction))
      if (const Function *callee = call->getCalledFunction())
        if (mayWait(*callee, seen))
          return true;
  return false;
}

/// The attribute is the sizes of the three dimensions: "256,1,1".
static uint64_t getMaxThreads(const Function &kernel) {
  Attribute attribute = kernel.getFnAttribute("nvvm.maxntid");
  if (!attribute.isValid())
    return 0;
  uint64_t product = 1;
  SmallVector<StringRef, 3> parts;
  attribute.getValueAsString().split(parts, ',');
  for (StringRef part : parts) {
    uint64_t size = 0;
    if (!part.trim().getAsInteger(10, size))
      product *= size;
  }
  return product;
}

void Rewriter::findKernels() {
  for (Function &function : module) {
    if (function.getCallingConv() != CallingConv::PTX_Kernel)
      continue;
    SmallPtrSet<const Function *, 8> seen;
    result.kernels.push_back(
        {function.getName().str(), (function.getName() + "_packed").str(),
         mayWait(function, seen), getMaxThreads(function)});
  }
}

void makePackedKernels(Module &module, const RewrittenModule &rewritten) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::get(context, 0);
  for (const KernelInfo &info : rewritten.kernels) {
    Function *kernel = module.getFunction(info.name);
    kernel->setCallingConv(CallingConv::C);
    auto *type = FunctionType::get(Type::getVoidTy(context), {pointer}, false);
    auto *packed = Function::Create(type, GlobalValue::ExternalLinkage,
                                    info.packedName, module);
    IRBuilder<> builder(BasicBlock::Create(context, "", packed));
    SmallVector<Value *> arguments;
    for (Argument &argument : kernel->args()) {
      Value *slot = builder.CreateConstGEP1_32(pointer, packed->getArg(0),
                                               argument.getArgNo());
      Value *address = builder.CreateLoad(pointer, slot);
      Type *wanted = argument.getType();
      bool isBool = wanted->isIntegerTy(1);
      Value *value =
          builder.CreateLoad(isBool ? builder.getInt8Ty() : wanted, address);
      arguments.push_back(isBool ? builder.CreateTrunc(value, wanted) : value);
    }
    builder.CreateCall(kernel, arguments);
    builder.CreateRetVoid();
  }
}

//===----------------------------------------------------------------------===//
// Intrinsics
//===----------------------------------------------------------------------===//

bool Rewriter::rewriteSpecialRegister(CallInst &call, StringRef name,
                                      Value *&result) {
  auto [base, dimension] = name.split('.');
  auto which = StringSwitch<std::optional<SpecialRegister>>(base)
                   .Case("tid", SpecialRegister::Tid)
                   .Case("ntid", SpecialRegister::Ntid)
                   .Case("ctaid", SpecialRegister::Ctaid)
                   .Case("nctaid", SpecialRegister::Nctaid)
                   .Case("laneid", SpecialRegister::Lane)
                   .Case("warpid", SpecialRegister::Warp)
                   .Case("warpsize", SpecialRegister::WarpSize)
                   .Default(std::nullopt);
  if (!which)
    return false;
  IRBuilder<> builder(&call);
  FunctionCallee callee =
      module.getOrInsertFunction(Callbacks::specialRegister, i32, i32, i32);
  uint32_t index = dimension == "y" ? 1 : dimension == "z" ? 2 : 0;
  result = builder.CreateCall(
      callee, {builder.getInt32(uint32_t(*which)), builder.getInt32(index)});
  return true;
}

/// `operands`: mask, value, offset, clamp, all i32.
Value *Rewriter::callShuffle(IRBuilder<> &builder, CallInst &call,
                             ShuffleMode mode, ArrayRef<Value *> operands,
                             Value *&predicate) {
  FunctionCallee callee = module.getOrInsertFunction(
      Callbacks::shuffle, i32, i32, i32, i32, i32, i32, i32, pointer);
  BasicBlock &entry = call.getFunction()->getEntryBlock();
  IRBuilder<> entryBuilder(&entry, entry.begin());
  Value *slot = entryBuilder.CreateAlloca(builder.getInt8Ty());
  slot = builder.CreateAddrSpaceCast(slot, pointer);
  SmallVector<Value *> all = {builder.getInt32(nextSite++),
                              builder.getInt32(uint32_t(mode))};
  all.append(operands.begin(), operands.end());
  all.push_back(slot);
  Value *value = builder.CreateCall(callee, all);
  predicate = builder.CreateTrunc(builder.CreateLoad(builder.getInt8Ty(), slot),
                                  builder.getInt1Ty());
  return value;
}

bool Rewriter::rewriteShuffle(CallInst &call, StringRef name, Value *&result) {
  auto [modeName, typeName] = name.split('.');
  auto mode = StringSwitch<std::optional<ShuffleMode>>(modeName)
                  .Case("up", ShuffleMode::Up)
                  .Case("down", ShuffleMode::Down)
                  .Case("bfly", ShuffleMode::Butterfly)
                  .Case("idx", ShuffleMode::Index)
                  .Default(std::nullopt);
  bool withPredicate = typeName.consume_back("p");
  if (!mode || (typeName != "i32" && typeName != "f32"))
    return false;
  IRBuilder<> builder(&call);
  Value *value = builder.CreateBitCast(call.getArgOperand(1), i32);
  Value *predicate = nullptr;
  Value *shuffled = callShuffle(builder, call, *mode,
                                {call.getArgOperand(0), value,
                                 call.getArgOperand(2), call.getArgOperand(3)},
                                predicate);
  result = builder.CreateBitCast(shuffled, call.getArgOperand(1)->getType());
  if (!withPredicate)
    return true;
  Value *pair = PoisonValue::get(call.getType());
  pair = builder.CreateInsertValue(pair, result, 0);
  result = builder.CreateInsertValue(pair, predicate, 1);
  return true;
}

bool Rewriter::rewriteCall(CallInst &call, StringRef name, Value *&result) {
  IRBuilder<> builder(&call);
  if (name.consume_front("read.ptx.sreg."))
    return rewriteSpecialRegister(call, name, result);
  if (name.consume_front("shfl.sync."))
    return rewriteShuffle(call, name, result);
  if (name == "bar.warp.sync") {
    Value *zero = builder.getInt32(0), *predicate;
    callShuffle(builder, call, ShuffleMode::OnlySync,
                {call.getArgOperand(0), zero, zero, zero}, predicate);
    return true;
  }
  if (name == "barrier0" || name == "barrier.cta.sync.aligned.all" ||
      name == "barrier.cta.sync.all") {
    FunctionCallee callee = module.getOrInsertFunction(
        Callbacks::barrier, Type::getVoidTy(context), i32);
    builder.CreateCall(callee, {builder.getInt32(nextSite++)});
    return true;
  }
  // One thread runs at a time: memory is always consistent.
  return name.starts_with("membar.") || name.starts_with("fence.");
}

void Rewriter::rewriteCalls() {
  SmallVector<CallInst *> calls;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallInst>(&instruction))
        if (const Function *callee = call->getCalledFunction())
          if (callee->getName().starts_with(nvvmPrefix))
            calls.push_back(call);
  for (CallInst *call : calls) {
    StringRef name = call->getCalledFunction()->getName();
    Value *replacement = nullptr;
    if (!rewriteCall(*call, name.drop_front(nvvmPrefix.size()), replacement)) {
      unknown.insert(name);
      continue;
    }
    if (replacement)
      call->replaceAllUsesWith(replacement);
    call->eraseFromParent();
  }
}

//===----------------------------------------------------------------------===//
// Attributes and variables
//===----------------------------------------------------------------------===//

void Rewriter::dropTargetAttributes() {
  for (Function &function : module) {
    function.removeFnAttr("target-cpu");
    function.removeFnAttr("target-features");
    function.removeFnAttr(Attribute::Convergent);
    // What a wrong promise leads to is for the checks to find, not for the
    // optimiser to assume.
    for (Argument &argument : function.args())
      for (Attribute::AttrKind kind :
           {Attribute::NoAlias, Attribute::ReadOnly, Attribute::WriteOnly})
        argument.removeAttr(kind);
  }
}

/// Makes the module's variables visible, so that the JIT can tell where they
/// are. Address spaces stay: the host's back ends take them as flat pointers.
void Rewriter::exposeVariables() {
  for (GlobalVariable &variable : module.globals()) {
    if (variable.getName().starts_with("llvm."))
      continue;
    bool shared = variable.getAddressSpace() == 3;
    Type *type = variable.getValueType();
    if (shared)
      variable.setInitializer(Constant::getNullValue(type));
    if (variable.isDeclaration())
      continue;
    if (!variable.hasName())
      variable.setName("elena_emulator_variable");
    variable.setLinkage(GlobalValue::ExternalLinkage);
    variable.setVisibility(GlobalValue::DefaultVisibility);
    variable.setDSOLocal(false);
    result.variables.push_back({variable.getName().str(),
                                module.getDataLayout().getTypeAllocSize(type),
                                shared, !variable.isConstant()});
  }
}

Expected<RewrittenModule> Rewriter::run() {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  findKernels();
  dropTargetAttributes();
  rewriteCalls();
  if (!unknown.empty())
    return createStringError("the GPU emulator does not know the intrinsic " +
                             join(unknown, ", "));
  exposeVariables();
  return std::move(result);
}

Expected<RewrittenModule> rewriteForHost(Module &module,
                                         const TargetMachine &machine) {
  return Rewriter(module, machine).run();
}

} // namespace elena::emulator
