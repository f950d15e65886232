//===- Machine.h - The state of one run ------------------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_INTERPRETER_MACHINE_H
#define ELENA_LIB_INTERPRETER_MACHINE_H

#include "Conflicts.h"
#include "Program.h"

#include <bit>
#include <cstring>
#include <deque>

namespace elena::interpreter {

/// The cells that a ref may reach.
struct Storage {
  /// What a result reports as its storage.
  char *origin = nullptr;
  /// Element 0 of the root.
  char *element0 = nullptr;
  int64_t bytes = 0;
  bool isBool = false;
  /// Cells `low` to `high`, exclusive, are there.
  int64_t low = 0, high = 0;
  /// Private storage of a group: cells that each point of its space has; 0
  /// elsewhere.
  int64_t perPoint = 0;
  /// What it is: for messages.
  std::string name;
};

struct Ref {
  const Storage *storage = nullptr;
  StaticView view;
};

/// Small and good enough to shuffle with (Steele, Lea, Flood: SplitMix64).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15ull) {}
  uint64_t next() {
    uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  /// From 0 to bound - 1.
  uint64_t below(uint64_t bound) { return next() % bound; }

private:
  uint64_t state;
};

class Machine {
public:
  Machine(const Program &program, ElenaRuntime *runtime, int64_t *results,
          const InterpreterOptions &options);

  /// Reads the words of the arguments; a status other than 0 where they are not
  /// those that the function is for.
  int32_t bindArguments(const int64_t *words);
  /// Runs the whole function.
  llvm::Expected<int32_t> execute();
  Outcome execute(const Code &code);

  uint64_t &operator[](Slot slot) { return scalars[slot.number]; }
  Ref &ref(Slot slot) { return refs[slot.number]; }
  void copy(Slot from, Slot to);
  /// Several at once: a target may be a source, too.
  void copy(llvm::ArrayRef<Slot> from, llvm::ArrayRef<Slot> to);
  llvm::SmallVector<int64_t> read(const Mixed &mixed);

  /// The run ends with this status.
  Outcome leave(int32_t status);
  /// The run ends with an error.
  Outcome fail(mlir::Operation *op, const llvm::Twine &message);

  Storage &addStorage(tensorref::RefType type, std::string name);
  /// Memory that lives as long as the run.
  char *allocate(int64_t bytes);
  void fillWithGarbage(char *data, int64_t count, mlir::Type element);

  /// The cell at `address`, counted in elements from element 0 of the root. By
  /// number of the point if the storage is private.
  Outcome load(mlir::Operation *op, const Storage &storage, int64_t address,
               uint64_t &value);
  Outcome store(mlir::Operation *op, const Storage &storage, int64_t address,
                uint64_t value);

  const Program &program;
  ElenaRuntime *runtime;
  int64_t *results;
  uint64_t seed;
  Random random;
  /// The point of the stage's box, and the number of the point of the group's
  /// space, at which a body runs.
  const int64_t *indices = nullptr;
  int64_t point = 0;
  /// How many points the space has of the group that starts.
  int64_t points = 1;
  /// While groups run, if conflicts are looked for.
  Conflicts *conflicts = nullptr;
  /// While iterations run that may run at once: each of them is a thread.
  Conflicts *iterations = nullptr;
  const bool findsConflicts;

private:
  Outcome failAccess(mlir::Operation *op, const Storage &storage,
                     int64_t address);
  Outcome failConflict(mlir::Operation *op, const Storage &storage,
                       int64_t address, const char *does);
  bool bindRef(const Argument &argument, const int64_t *&words,
               unsigned number);

  std::vector<uint64_t> scalars;
  std::vector<Ref> refs;
  std::deque<Storage> storages;
  std::vector<std::unique_ptr<char[]>> memory;
  int32_t status = ELENA_OK;
  std::string error;
};

/// In the sign-extended form that arithmetic wants; scalars are kept
/// zero-extended.
inline int64_t asSigned(uint64_t bits, unsigned width) {
  return static_cast<int64_t>(bits << (64 - width)) >> (64 - width);
}

inline uint64_t truncateTo(uint64_t bits, unsigned width) {
  return width == 64 ? bits : bits & ((uint64_t(1) << width) - 1);
}

template <typename FloatT> FloatT asFloat(uint64_t bits) {
  if constexpr (sizeof(FloatT) == 4)
    return std::bit_cast<float>(static_cast<uint32_t>(bits));
  else
    return std::bit_cast<double>(bits);
}

inline uint64_t bitsOfFloat(float value) {
  return std::bit_cast<uint32_t>(value);
}
inline uint64_t bitsOfFloat(double value) {
  return std::bit_cast<uint64_t>(value);
}

inline Outcome Machine::load(mlir::Operation *op, const Storage &storage,
                             int64_t address, uint64_t &value) {
  if (address < storage.low || address >= storage.high) [[unlikely]]
    return failAccess(op, storage, address);
  const char *cell =
      storage.element0 + (address + point * storage.perPoint) * storage.bytes;
  if (conflicts && conflicts->read(cell)) [[unlikely]]
    return failConflict(op, storage, address, "reads");
  if (iterations && iterations->read(cell)) [[unlikely]]
    return failConflict(op, storage, address, "reads");
  value = 0;
  std::memcpy(&value, cell, storage.bytes);
  if (storage.isBool)
    value = value != 0;
  return Outcome::Next;
}

inline Outcome Machine::store(mlir::Operation *op, const Storage &storage,
                              int64_t address, uint64_t value) {
  if (address < storage.low || address >= storage.high) [[unlikely]]
    return failAccess(op, storage, address);
  char *cell =
      storage.element0 + (address + point * storage.perPoint) * storage.bytes;
  if (conflicts && conflicts->write(cell)) [[unlikely]]
    return failConflict(op, storage, address, "writes");
  if (iterations && iterations->write(cell)) [[unlikely]]
    return failConflict(op, storage, address, "writes");
  std::memcpy(cell, &value, storage.bytes);
  return Outcome::Next;
}

} // namespace elena::interpreter

#endif // ELENA_LIB_INTERPRETER_MACHINE_H
