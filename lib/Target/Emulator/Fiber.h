//===- Fiber.h - Stacks and switching between them ------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_EMULATOR_FIBER_H
#define ELENA_LIB_TARGET_EMULATOR_FIBER_H

#include <cstddef>
#include <vector>

// Define it to try swapcontext elsewhere, too.
#if !defined(__x86_64__) && !defined(__aarch64__)
#define ELENA_FIBER_UCONTEXT
#endif
#ifdef ELENA_FIBER_UCONTEXT
#include <ucontext.h>
#endif

namespace elena::emulator {

/// Where a suspended flow of control goes on. On x86-64 and AArch64 only the
/// registers that a call must preserve are kept, on the stack itself: a switch
/// takes a few nanoseconds. `swapcontext`, used elsewhere, makes a system call.
struct FiberContext {
#ifdef ELENA_FIBER_UCONTEXT
  ucontext_t context;
#else
  void *stackPointer = nullptr;
#endif
};

/// Part of a StackPool.
struct Stack {
  char *low = nullptr;
  size_t bytes = 0;
  bool contains(const void *address) const {
    return address >= low && address < low + bytes;
  }
};

/// Prepares `context` so that the first switch to it calls `entry` on `stack`.
/// `entry` must never return.
void initializeContext(FiberContext &context, Stack stack, void (*entry)());

/// Suspends the caller into `from` and continues at `to`.
void switchContext(FiberContext &from, FiberContext &to);

/// Stacks of equal size with an unmapped page below each, so that an overflow
/// is a crash and not a silent corruption.
class StackPool {
public:
  explicit StackPool(size_t stackBytes);
  ~StackPool();
  StackPool(const StackPool &) = delete;
  StackPool &operator=(const StackPool &) = delete;

  /// The stack with this number; made on first use.
  Stack get(size_t index);

private:
  size_t stackBytes;
  size_t pageBytes;
  std::vector<Stack> stacks;
};

} // namespace elena::emulator

#endif // ELENA_LIB_TARGET_EMULATOR_FIBER_H
