//===- Conflicts.h - Cells that two points touch ---------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What no order promises must not matter: if two points that may run in any
// order touch one cell, and one of them writes, then the plan is wrong,
// whatever the result is this time. A *thread* is what runs in order: a point
// of a group's space, all of a sequential group. In it, a *unit* is what runs
// in order within one stage: a point of those dimensions that are free.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_CONFLICTS_H
#define ELENA_LIB_INTERPRETER_CONFLICTS_H

#include "llvm/ADT/DenseMap.h"

#include <bit>
#include <cstdint>
#include <utility>

namespace elena::interpreter {

class Conflicts {
public:
  void startStage(int64_t newThread) {
    thread = static_cast<int32_t>(newThread);
    firstUnit = ++unit;
  }
  void startUnit() { ++unit; }

  /// Is the cell at the address written by one that may run at another time?
  bool read(const void *address) {
    Cell &cell = cells[keyOf(address)];
    note(cell);
    return disagrees(cell.writer);
  }
  /// Is it read or written by such?
  bool write(const void *address) {
    Cell &cell = cells[keyOf(address)];
    bool found = disagrees(cell.writer) || disagrees(cell.readers[0]) ||
                 disagrees(cell.readers[1]);
    cell.writer = {thread, unit, unit};
    return found;
  }

private:
  /// Neighbours must not collide, as they would with the hash of pointers.
  static uint64_t keyOf(const void *address) {
    return std::rotr(
        reinterpret_cast<uintptr_t>(address) * 0x9E3779B97F4A7C15ull, 24);
  }

  struct User {
    int32_t thread = -1;
    /// The last two units that differ.
    uint32_t unit = 0, before = 0;
  };
  struct Cell {
    User writer;
    /// The last two threads that differ.
    User readers[2];
  };

  bool isOtherUnit(uint32_t other) const {
    return other >= firstUnit && other != unit;
  }
  bool disagrees(const User &user) const {
    if (user.thread != thread)
      return user.thread >= 0;
    return isOtherUnit(user.unit) || isOtherUnit(user.before);
  }
  void note(Cell &cell) {
    if (cell.readers[0].thread != thread) {
      std::swap(cell.readers[0], cell.readers[1]);
      if (cell.readers[0].thread != thread)
        cell.readers[0] = {thread, unit, unit};
    }
    User &reader = cell.readers[0];
    if (reader.unit != unit)
      reader = {thread, unit, reader.unit};
  }

  llvm::DenseMap<uint64_t, Cell> cells;
  int32_t thread = 0;
  /// The unit that runs, and the first one of its stage at its point. Units are
  /// numbered through all stages.
  uint32_t unit = 0, firstUnit = 0;
};

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_CONFLICTS_H
