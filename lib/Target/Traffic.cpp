//===- Traffic.cpp - What kernels read and write, counted -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Traffic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace elena;
using namespace llvm;

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

ByteSet::Page *ByteSet::findPage(uint64_t number) {
  if (number != lastNumber) {
    auto known = numbers.find(number);
    if (known == numbers.end())
      return nullptr;
    lastNumber = number;
    lastPage = pages[known->second].get();
  }
  return lastPage;
}

void ByteSet::insert(uint64_t address, uint64_t time) {
  Page *page = findPage(address / kPageBytes);
  if (!page) {
    numbers[address / kPageBytes] = pages.size();
    pages.push_back(std::make_unique<Page>());
    page = pages.back().get();
    page->fill(kNever);
  }
  uint64_t &last = (*page)[address % kPageBytes];
  count += last == kNever;
  last = time;
}

std::optional<uint64_t> ByteSet::find(uint64_t address) {
  Page *page = findPage(address / kPageBytes);
  uint64_t time = page ? (*page)[address % kPageBytes] : kNever;
  return time == kNever ? std::nullopt : std::optional(time);
}

TrafficCounter::TrafficCounter(std::vector<std::string> names) {
  for (std::string &name : names) {
    kernels.emplace_back();
    kernels.back().name = std::move(name);
  }
}

void TrafficCounter::reset() {
  for (KernelTraffic &kernel : kernels) {
    std::string name = std::move(kernel.name);
    kernel = KernelTraffic();
    kernel.name = std::move(name);
  }
}

void TrafficCounter::launch(uint32_t kernel) {
  KernelTraffic &traffic = kernels[kernel];
  ++traffic.launches;
  traffic.readBefore = traffic.getRead();
  traffic.writtenBefore = traffic.getWritten();
  traffic.read = ByteSet();
  traffic.written = ByteSet();
}

void TrafficCounter::access(uint32_t kernel, uint64_t address, uint64_t bytes,
                            bool isWrite) {
  KernelTraffic &traffic = kernels[kernel];
  uint64_t now = traffic.loads + traffic.stores;
  (isWrite ? traffic.stores : traffic.loads) += bytes;
  for (uint64_t byte = address; byte < address + bytes; ++byte) {
    if (isWrite) {
      traffic.written.insert(byte, now);
      continue;
    }
    std::optional<uint64_t> written = traffic.written.find(byte);
    if (!written || now - *written > kNearBytes)
      traffic.read.insert(byte, now);
  }
}

//===----------------------------------------------------------------------===//
// Instrumenting
//===----------------------------------------------------------------------===//

static void countLaunch(TrafficCounter *counter, uint32_t kernel) {
  counter->launch(kernel);
}

static void countAccess(TrafficCounter *counter, uint32_t kernel,
                        uint64_t address, uint64_t bytes, bool isWrite) {
  counter->access(kernel, address, bytes, isWrite);
}

namespace {
class Instrumenter {
public:
  Instrumenter(Module &module, TrafficCounter &counter)
      : builder(module.getContext()), layout(module.getDataLayout()),
        counter(counter) {}

  void instrument(Function &function, uint32_t number);

private:
  void instrument(Instruction &instruction);
  void emitLaunch();
  void emitCount(Value *address, Value *bytes, bool isWrite);
  Value *size(Type *type) {
    return builder.getInt64(layout.getTypeStoreSize(type));
  }
  /// An address of this process, as a constant.
  Value *fixedPointer(uintptr_t address) {
    return ConstantExpr::getIntToPtr(builder.getInt64(address),
                                     builder.getPtrTy());
  }

  IRBuilder<> builder;
  const DataLayout &layout;
  TrafficCounter &counter;
  uint32_t kernel = 0;
};
} // namespace

void Instrumenter::emitCount(Value *address, Value *bytes, bool isWrite) {
  // Storage that the kernel itself has on its stack is not traffic.
  if (isa<AllocaInst>(getUnderlyingObject(address, /*MaxLookup=*/0)))
    return;
  Type *pointer = builder.getPtrTy(), *word = builder.getInt64Ty();
  auto *type = FunctionType::get(
      builder.getVoidTy(),
      {pointer, builder.getInt32Ty(), word, word, builder.getInt1Ty()}, false);
  builder.CreateCall(
      type, fixedPointer(reinterpret_cast<uintptr_t>(&countAccess)),
      {fixedPointer(reinterpret_cast<uintptr_t>(&counter)),
       builder.getInt32(kernel), builder.CreatePtrToInt(address, word),
       builder.CreateZExtOrTrunc(bytes, word), builder.getInt1(isWrite)});
}

void Instrumenter::instrument(Instruction &instruction) {
  builder.SetInsertPoint(&instruction);
  if (auto *load = dyn_cast<LoadInst>(&instruction)) {
    emitCount(load->getPointerOperand(), size(load->getType()), false);
  } else if (auto *store = dyn_cast<StoreInst>(&instruction)) {
    emitCount(store->getPointerOperand(),
              size(store->getValueOperand()->getType()), true);
  } else if (auto *block = dyn_cast<MemIntrinsic>(&instruction)) {
    emitCount(block->getRawDest(), block->getLength(), true);
    if (auto *copy = dyn_cast<MemTransferInst>(block))
      emitCount(copy->getRawSource(), copy->getLength(), false);
  }
}

void Instrumenter::emitLaunch() {
  auto *type = FunctionType::get(
      builder.getVoidTy(), {builder.getPtrTy(), builder.getInt32Ty()}, false);
  builder.CreateCall(type,
                     fixedPointer(reinterpret_cast<uintptr_t>(&countLaunch)),
                     {fixedPointer(reinterpret_cast<uintptr_t>(&counter)),
                      builder.getInt32(kernel)});
}

void Instrumenter::instrument(Function &function, uint32_t number) {
  kernel = number;
  SmallVector<Instruction *> all;
  for (Instruction &instruction : instructions(function))
    all.push_back(&instruction);
  for (Instruction *instruction : all)
    instrument(*instruction);
  builder.SetInsertPoint(all.front());
  emitLaunch();
}

void elena::instrumentTraffic(Module &module, TrafficCounter &counter) {
  Instrumenter instrumenter(module, counter);
  for (auto [number, kernel] : enumerate(counter.getKernels())) {
    Function *function = module.getFunction(kernel.name);
    if (!function || function->isDeclaration())
      continue;
    instrumenter.instrument(*function, number);
  }
}
