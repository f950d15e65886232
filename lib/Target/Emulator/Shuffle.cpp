//===- Shuffle.cpp - Exchange of values within a warp ------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GridRunner.h"

#include "llvm/ADT/Twine.h"
#include <algorithm>

using namespace llvm;

namespace elena::emulator {

void GridRunner::shuffle(ShuffleRequest &request) {
  threads[running].request = &request;
  suspend(State::AtShuffle);
}

namespace {
/// Where a lane's value comes from.
struct Source {
  uint32_t lane;
  bool inRange;
};
} // namespace

/// The semantics of `shfl.sync` in the PTX manual, where `clamp` packs the
/// limit (bits 0-4) and the segment mask (bits 8-12).
static Source getSource(uint32_t lane,
                        const GridRunner::ShuffleRequest &request) {
  uint32_t offset = request.offset & 31, limit = request.clamp & 31;
  uint32_t segment = request.clamp >> 8 & 31;
  uint32_t highest = (lane & segment) | (limit & ~segment);
  uint32_t lowest = lane & segment;
  switch (request.mode) {
  case ShuffleMode::Up: {
    bool inRange = int32_t(lane - offset) >= int32_t(highest);
    return {lane - offset, inRange};
  }
  case ShuffleMode::Down:
    return {lane + offset, lane + offset <= highest};
  case ShuffleMode::Butterfly:
    return {lane ^ offset, (lane ^ offset) <= highest};
  case ShuffleMode::Index: {
    uint32_t source = lowest | (offset & ~segment);
    return {source, source <= highest};
  }
  case ShuffleMode::OnlySync:
    break;
  }
  return {lane, false};
}

/// Lets the waiting lanes of a warp go on as soon as all lanes that they name
/// are there.
void GridRunner::shuffleWarp(uint32_t warp) {
  uint32_t first = warp * 32;
  uint32_t last = std::min<uint32_t>(first + 32, threads.size());
  uint32_t arrived = 0, live = 0, named = 0;
  for (uint32_t i = first; i < last; ++i) {
    uint32_t bit = 1u << (i - first);
    if (threads[i].state != State::Done)
      live |= bit;
    if (threads[i].state != State::AtShuffle)
      continue;
    arrived |= bit;
    named |= threads[i].request->mask;
  }
  if (!arrived || (named & live) != arrived)
    return;
  exchange(first, last, arrived);
}

void GridRunner::exchange(uint32_t first, uint32_t last, uint32_t arrived) {
  uint32_t site = ~0u;
  ++warpEpochs[first / 32];
  for (uint32_t i = first; i < last; ++i) {
    if (threads[i].state != State::AtShuffle)
      continue;
    running = i;
    ShuffleRequest &request = *threads[i].request;
    if (site == ~0u)
      site = request.site;
    if (request.site != site)
      report(ReportKind::ShuffleDivergence,
             "the lanes of the warp are at different shuffles");
    Source source = getSource(i - first, request);
    request.predicate = source.inRange;
    uint32_t lane = source.inRange ? source.lane : i - first;
    if (!(arrived >> lane & 1)) {
      report(ReportKind::ShuffleDivergence,
             "a shuffle reads lane " + Twine(lane) +
                 ", which does not take part in it");
      lane = i - first;
    }
    request.result = threads[first + lane].request->value;
  }
  for (uint32_t i = first; i < last; ++i)
    if (threads[i].state == State::AtShuffle)
      threads[i].state = State::Ready;
}

} // namespace elena::emulator
