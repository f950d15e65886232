//===- Fiber.cpp - Stacks and switching between them ----------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fiber.h"

#include "llvm/Support/ErrorHandling.h"
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

namespace elena::emulator {

//===----------------------------------------------------------------------===//
// Stacks
//===----------------------------------------------------------------------===//

StackPool::StackPool(size_t stackBytes) : pageBytes(sysconf(_SC_PAGESIZE)) {
  this->stackBytes = (stackBytes + pageBytes - 1) / pageBytes * pageBytes;
}

StackPool::~StackPool() {
  for (Stack stack : stacks)
    munmap(stack.low - pageBytes, stack.bytes + pageBytes);
}

Stack StackPool::get(size_t index) {
  while (stacks.size() <= index) {
    void *memory = mmap(nullptr, stackBytes + pageBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      llvm::report_fatal_error("GPU emulator: no memory for stacks");
    mprotect(memory, pageBytes, PROT_NONE);
    stacks.push_back({static_cast<char *>(memory) + pageBytes, stackBytes});
  }
  return stacks[index];
}

//===----------------------------------------------------------------------===//
// Switching
//===----------------------------------------------------------------------===//

#ifdef ELENA_FIBER_UCONTEXT

void initializeContext(FiberContext &context, Stack stack, void (*entry)()) {
  getcontext(&context.context);
  context.context.uc_stack.ss_sp = stack.low;
  context.context.uc_stack.ss_size = stack.bytes;
  context.context.uc_link = nullptr;
  makecontext(&context.context, entry, 0);
}

void switchContext(FiberContext &from, FiberContext &to) {
  swapcontext(&from.context, &to.context);
}

#else

extern "C" void elena_emulator_switch(void **from, void *to);

void switchContext(FiberContext &from, FiberContext &to) {
  elena_emulator_switch(&from.stackPointer, to.stackPointer);
}

#if defined(__x86_64__)

asm(R"(
.text
.p2align 4
.globl elena_emulator_switch
.hidden elena_emulator_switch
.type elena_emulator_switch, @function
elena_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size elena_emulator_switch, .-elena_emulator_switch
)");

void initializeContext(FiberContext &context, Stack stack, void (*entry)()) {
  auto top = reinterpret_cast<uintptr_t>(stack.low + stack.bytes) & ~15ull;
  auto *slot = reinterpret_cast<uint64_t *>(top);
  *--slot =
      0; // the return address of `entry`: aligns its frame as a call would
  *--slot = reinterpret_cast<uint64_t>(entry);
  for (int i = 0; i < 6; ++i)
    *--slot = 0;
  context.stackPointer = slot;
}

#elif defined(__aarch64__)

asm(R"(
.text
.p2align 4
.globl elena_emulator_switch
.hidden elena_emulator_switch
.type elena_emulator_switch, @function
elena_emulator_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size elena_emulator_switch, .-elena_emulator_switch
)");

void initializeContext(FiberContext &context, Stack stack, void (*entry)()) {
  auto top = reinterpret_cast<uintptr_t>(stack.low + stack.bytes) & ~15ull;
  auto *frame = reinterpret_cast<uint64_t *>(top) - 20;
  for (int i = 0; i < 20; ++i)
    frame[i] = 0;
  frame[11] = reinterpret_cast<uint64_t>(entry); // x30, where `ret` goes
  context.stackPointer = frame;
}

#endif
#endif // ELENA_FIBER_UCONTEXT

} // namespace elena::emulator
