//===- GridRunner.cpp - Runs a grid block by block -----------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GridRunner.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <numeric>
#include <random>

using namespace llvm;

namespace elena::emulator {

/// The runner whose kernel this OS thread is executing.
static thread_local GridRunner *active = nullptr;

/// Where an access goes that was refused: enough for any scalar or vector.
static constexpr size_t sinkBytes = 4096;

GridRunner::GridRunner(const EmulatorOptions &options)
    : options(options), stacks(options.stackBytes), sink(sinkBytes) {}

//===----------------------------------------------------------------------===//
// Reports
//===----------------------------------------------------------------------===//

static std::string format(Dim3 id) {
  return ("(" + Twine(id.x) + "," + Twine(id.y) + "," + Twine(id.z) + ")")
      .str();
}

void GridRunner::report(EmulatorReport::Kind kind, const Twine &what,
                        uint64_t address) {
  if (++numFindings - findingsAtStart > options.maxReports)
    return;
  Dim3 thread = threads[running].id;
  std::string message =
      (Twine(current.kernelName) + ", block " + format(blockId) + ", thread " +
       format(thread) + ": " + what)
          .str();
  reports.push_back(
      {kind, current.kernelName, blockId, thread, address, message});
}

//===----------------------------------------------------------------------===//
// Blocks and threads
//===----------------------------------------------------------------------===//

static Dim3 delinearize(uint64_t index, Dim3 sizes) {
  return {uint32_t(index % sizes.x), uint32_t(index / sizes.x % sizes.y),
          uint32_t(index / sizes.x / sizes.y)};
}

std::vector<uint32_t> GridRunner::makeOrder(uint64_t count,
                                            uint64_t salt) const {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  if (current.seed) {
    std::mt19937_64 random(current.seed * 0x9e3779b97f4a7c15ull + salt);
    std::shuffle(order.begin(), order.end(), random);
  }
  return order;
}

void GridRunner::run(const Launch &launch) {
  current = launch;
  stopped = false;
  findingsAtStart = numFindings;
  memory.beginLaunch();
  uint64_t numThreads = launch.block.count();
  threads.assign(numThreads, Thread());
  for (uint64_t i = 0; i < numThreads; ++i)
    threads[i].id = delinearize(i, launch.block);

  GridRunner *outer = active;
  active = this;
  for (uint32_t index : makeOrder(launch.grid.count(), /*salt=*/0)) {
    blockIndex = index;
    blockId = delinearize(index, launch.grid);
    runBlock(makeOrder(numThreads, /*salt=*/index + 1));
    if (stopped)
      break;
  }
  active = outer;
}

void GridRunner::runBlock(const std::vector<uint32_t> &order) {
  barrierEpoch = 0;
  warpEpochs.assign((threads.size() + 31) / 32, 0);
  memory.beginBlock();
  if (current.synchronizes)
    return runThreads(order);
  // No thread ever waits: one stack serves them all, one after the other.
  for (uint32_t index : order) {
    Thread &thread = threads[index];
    thread.stack = stacks.get(0);
    initializeContext(thread.context, thread.stack, fiberEntry);
    running = index;
    switchContext(scheduler, thread.context);
  }
}

void GridRunner::fiberEntry() {
  active->current.kernel(active->current.params);
  active->suspend(State::Done);
  llvm_unreachable("a finished fiber was resumed");
}

void GridRunner::suspend(State state) {
  Thread &thread = threads[running];
  thread.state = state;
  switchContext(thread.context, scheduler);
}

bool GridRunner::resumeReady(const std::vector<uint32_t> &order) {
  bool any = false;
  for (uint32_t index : order) {
    if (threads[index].state != State::Ready)
      continue;
    any = true;
    running = index;
    switchContext(scheduler, threads[index].context);
  }
  return any;
}

/// Runs one block whose threads wait for each other.
void GridRunner::runThreads(const std::vector<uint32_t> &order) {
  for (size_t i = 0; i < threads.size(); ++i) {
    threads[i].state = State::Ready;
    threads[i].stack = stacks.get(i);
    initializeContext(threads[i].context, threads[i].stack, fiberEntry);
  }
  auto count = [&](State state) {
    return std::count_if(
        threads.begin(), threads.end(),
        [&](const Thread &thread) { return thread.state == state; });
  };
  while (true) {
    bool progress = resumeReady(order);
    for (uint32_t warp = 0; warp < warpEpochs.size(); ++warp)
      shuffleWarp(warp);
    auto done = count(State::Done), waiting = count(State::AtBarrier);
    if (done == std::ptrdiff_t(threads.size()))
      return;
    if (done + waiting == std::ptrdiff_t(threads.size())) {
      releaseBarrier(/*someExited=*/done != 0);
      continue;
    }
    if (!progress && count(State::Ready) == 0) {
      report(EmulatorReport::Kind::Deadlock,
             "deadlock: " + Twine(waiting) + " threads wait at a barrier, " +
                 Twine(count(State::AtShuffle)) + " at a shuffle, " +
                 Twine(done) + " have exited");
      stopped = true;
      return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

void GridRunner::barrier(uint32_t site) {
  threads[running].barrierSite = site;
  suspend(State::AtBarrier);
}

void GridRunner::releaseBarrier(bool someExited) {
  uint32_t site = ~0u;
  bool differ = false;
  for (size_t i = 0; i < threads.size(); ++i) {
    if (threads[i].state != State::AtBarrier)
      continue;
    if (site == ~0u)
      running = i, site = threads[i].barrierSite;
    differ |= threads[i].barrierSite != site;
    threads[i].state = State::Ready;
  }
  if (someExited)
    report(EmulatorReport::Kind::BarrierDivergence,
           "barrier divergence: waits at a barrier that other threads of the "
           "block have left out (they have exited)");
  else if (differ)
    report(EmulatorReport::Kind::BarrierDivergence,
           "barrier divergence: the threads of the block wait at different "
           "barriers");
  ++barrierEpoch;
}

//===----------------------------------------------------------------------===//
// Memory and special registers
//===----------------------------------------------------------------------===//

uint32_t GridRunner::readSpecialRegister(SpecialRegister which,
                                         uint32_t dimension) {
  auto part = [&](Dim3 value) {
    return dimension == 0 ? value.x : dimension == 1 ? value.y : value.z;
  };
  switch (which) {
  case SpecialRegister::Tid:
    return part(threads[running].id);
  case SpecialRegister::Ntid:
    return part(current.block);
  case SpecialRegister::Ctaid:
    return part(blockId);
  case SpecialRegister::Nctaid:
    return part(current.grid);
  case SpecialRegister::Lane:
    return running % 32;
  case SpecialRegister::Warp:
    return running / 32;
  case SpecialRegister::WarpSize:
    return 32;
  }
  llvm_unreachable("unknown special register");
}

/// The start of a report's sentence about memory.
static const char *describe(ReportKind kind) {
  switch (kind) {
  case ReportKind::OutOfBoundsRead:
    return "out-of-bounds read of ";
  case ReportKind::OutOfBoundsWrite:
    return "out-of-bounds write of ";
  case ReportKind::WriteToReadOnly:
    return "write to a read-only buffer, ";
  case ReportKind::RaceReadAfterWrite:
    return "race: reads what another thread has written without a barrier, ";
  case ReportKind::RaceWriteAfterRead:
    return "race: writes what another thread has read without a barrier, ";
  case ReportKind::RaceWriteAfterWrite:
    return "race: writes what another thread has written without a barrier, ";
  default:
    return "";
  }
}

void *GridRunner::access(void *address, uint64_t size, bool write) {
  ++numAccesses;
  if (threads[running].stack.contains(address))
    return address;
  Accessor self{blockIndex, running, barrierEpoch, warpEpochs[running / 32]};
  auto where = reinterpret_cast<uintptr_t>(address);
  std::optional<Violation> violation = memory.check(where, size, write, self);
  if (!violation)
    return address;
  SmallString<128> text;
  raw_svector_ostream stream(text);
  stream << describe(violation->kind) << size << " bytes, " << violation->where;
  if (violation->other.isValid())
    stream << " (the other: block "
           << format(delinearize(violation->other.block, current.grid))
           << ", thread "
           << format(delinearize(violation->other.thread, current.block))
           << ")";
  report(violation->kind, text, where);
  if (violation->other.isValid())
    return address; // a race touches memory that exists
  std::fill(sink.begin(), sink.end(), 0);
  return sink.data();
}

//===----------------------------------------------------------------------===//
// What the kernels call
//===----------------------------------------------------------------------===//

static uint32_t callSpecialRegister(uint32_t which, uint32_t dimension) {
  return active->readSpecialRegister(SpecialRegister(which), dimension);
}

static void callBarrier(uint32_t site) { active->barrier(site); }

static uint32_t callShuffle(uint32_t site, uint32_t mode, uint32_t mask,
                            uint32_t value, uint32_t offset, uint32_t clamp,
                            uint8_t *predicate) {
  GridRunner::ShuffleRequest request{
      ShuffleMode(mode), site, mask, value, offset, clamp};
  active->shuffle(request);
  *predicate = request.predicate;
  return request.result;
}

static void *callAccess(void *address, uint64_t size, uint32_t write) {
  return active->access(address, size, write != 0);
}

ArrayRef<Callbacks::Entry> Callbacks::getTable() {
  static const Entry table[] = {
      {specialRegister, reinterpret_cast<void *>(callSpecialRegister)},
      {barrier, reinterpret_cast<void *>(callBarrier)},
      {shuffle, reinterpret_cast<void *>(callShuffle)},
      {access, reinterpret_cast<void *>(callAccess)},
  };
  return table;
}

} // namespace elena::emulator
