//===- TrafficTest.cpp - What kernels read and write, counted -------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Traffic.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

using namespace elena;
using namespace llvm;

TEST(ByteSet, HoldsEachByteOnceWithItsLastTime) {
  ByteSet set;
  set.insert(4095, 1);
  set.insert(4096, 2);
  set.insert(4095, 3);
  set.insert(uint64_t(1) << 60, 4);
  EXPECT_EQ(set.size(), 3u);
  EXPECT_EQ(set.find(4095), 3u);
  EXPECT_EQ(set.find(4096), 2u);
  EXPECT_EQ(set.find(4097), std::nullopt);
  EXPECT_EQ(set.find(123456789), std::nullopt);
}

TEST(TrafficCounter, CountsAllAndEachByteOnce) {
  TrafficCounter counter({"f", "g"});
  for (int k = 0; k < 3; ++k)
    counter.access(1, 100, 8, /*isWrite=*/false);
  counter.access(1, 104, 8, /*isWrite=*/true);
  const KernelTraffic &g = counter.getKernels()[1];
  EXPECT_EQ(g.name, "g");
  EXPECT_EQ(g.loads, 24u);
  EXPECT_EQ(g.read.size(), 8u);
  EXPECT_EQ(g.stores, 8u);
  EXPECT_EQ(g.written.size(), 8u);
  EXPECT_EQ(counter.getKernels()[0].loads, 0u);
  counter.reset();
  EXPECT_EQ(counter.getKernels()[1].name, "g");
  EXPECT_EQ(counter.getKernels()[1].loads, 0u);
  EXPECT_EQ(counter.getKernels()[1].read.size(), 0u);
}

TEST(TrafficCounter, ReadsBackFromTheCacheOnlySoon) {
  TrafficCounter counter({"f"});
  const KernelTraffic &f = counter.getKernels()[0];
  counter.access(0, 0, 4, /*isWrite=*/true);
  counter.access(0, 0, 4, /*isWrite=*/false);
  EXPECT_EQ(f.read.size(), 0u);
  counter.access(0, 1 << 20, kNearBytes, /*isWrite=*/false);
  counter.access(0, 0, 4, /*isWrite=*/false);
  EXPECT_EQ(f.read.size(), kNearBytes + 4);
}

TEST(TrafficCounter, CountsEachLaunchAnew) {
  TrafficCounter counter({"f"});
  const KernelTraffic &f = counter.getKernels()[0];
  for (int k = 0; k < 2; ++k) {
    counter.launch(0);
    counter.access(0, 0, 4, /*isWrite=*/false);
    counter.access(0, 0, 4, /*isWrite=*/true);
  }
  EXPECT_EQ(f.launches, 2u);
  EXPECT_EQ(f.getRead(), 8u);
  EXPECT_EQ(f.getWritten(), 8u);
}

/// Two kernels: one accesses its argument and its own stack, one copies; and
/// a function that is no kernel.
static constexpr const char *kModule = R"(
define void @f(ptr %x) {
  %own = alloca [4 x float]
  %place = getelementptr float, ptr %own, i64 2
  %a = load float, ptr %x
  store float %a, ptr %place
  %b = load float, ptr %place
  store float %b, ptr %x
  ret void
}
define void @g(ptr %x, ptr %y, i64 %n) {
  call void @llvm.memcpy.p0.p0.i64(ptr %y, ptr %x, i64 %n, i1 false)
  ret void
}
define void @entry(ptr %x) {
  store i8 0, ptr %x
  ret void
}
)";

static unsigned countCalls(const Function &function) {
  unsigned calls = 0;
  for (const Instruction &instruction : instructions(function))
    if (auto *call = dyn_cast<CallInst>(&instruction))
      calls += !call->getCalledFunction(); // of an address
  return calls;
}

TEST(InstrumentTraffic, CallsAtTheStartAndAtEveryAccessToMemory) {
  LLVMContext context;
  SMDiagnostic error;
  std::unique_ptr<Module> module = parseAssemblyString(kModule, error, context);
  ASSERT_TRUE(module) << error.getMessage().str();
  TrafficCounter counter({"f", "g", "gone"});
  instrumentTraffic(*module, counter);
  EXPECT_FALSE(verifyModule(*module, &errs()));
  EXPECT_EQ(countCalls(*module->getFunction("f")), 1 + 2u);
  EXPECT_EQ(countCalls(*module->getFunction("g")), 1 + 2u);
  EXPECT_EQ(countCalls(*module->getFunction("entry")), 0u);
}
