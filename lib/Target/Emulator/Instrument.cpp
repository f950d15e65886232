//===- Instrument.cpp - Has every memory access checked ----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GridRunner.h"
#include "Rewrite.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace elena::emulator {

namespace {
/// One access: which operand of which instruction is the address.
struct Access {
  Instruction *instruction;
  unsigned addressOperand;
  Type *type;
  bool write;
};
} // namespace

static std::optional<Access> getAccess(Instruction &instruction) {
  if (auto *load = dyn_cast<LoadInst>(&instruction))
    return Access{load, load->getPointerOperandIndex(), load->getType(), false};
  if (auto *store = dyn_cast<StoreInst>(&instruction))
    return Access{store, store->getPointerOperandIndex(),
                  store->getValueOperand()->getType(), true};
  return std::nullopt;
}

/// A thread's own variables need no check (and would stay in memory).
static bool isLocal(const Access &access) {
  const Value *address = access.instruction->getOperand(access.addressOperand);
  return isa<AllocaInst>(getUnderlyingObject(address));
}

static Error unsupported(const Instruction &instruction) {
  return createStringError(
      Twine("the GPU emulator does not know the instruction '") +
      instruction.getOpcodeName() + "' in '" +
      instruction.getFunction()->getName() + "'");
}

Error instrumentAccesses(Module &module) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::get(context, 0);
  FunctionCallee check = module.getOrInsertFunction(
      Callbacks::access, pointer, pointer, Type::getInt64Ty(context),
      Type::getInt32Ty(context));

  SmallVector<Access> accesses;
  for (Function &function : module) {
    for (Instruction &instruction : instructions(function)) {
      if (isa<AtomicRMWInst, AtomicCmpXchgInst, MemIntrinsic>(instruction))
        return unsupported(instruction);
      std::optional<Access> access = getAccess(instruction);
      if (access && !isLocal(*access))
        accesses.push_back(*access);
    }
  }
  for (const Access &access : accesses) {
    IRBuilder<> builder(access.instruction);
    Value *address = access.instruction->getOperand(access.addressOperand);
    uint64_t bytes = module.getDataLayout().getTypeStoreSize(access.type);
    Value *flat = builder.CreateAddrSpaceCast(address, pointer);
    Value *checked = builder.CreateCall(
        check, {flat, builder.getInt64(bytes), builder.getInt32(access.write)});
    access.instruction->setOperand(
        access.addressOperand,
        builder.CreateAddrSpaceCast(checked, address->getType()));
  }
  return Error::success();
}

} // namespace elena::emulator
