//===- Machine.cpp - The state of one run ---------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

Machine::Machine(const Program &program, ElenaRuntime *runtime,
                 int64_t *results, const InterpreterOptions &options)
    : program(program), runtime(runtime), results(results), seed(options.seed),
      random(options.seed), findsConflicts(options.findConflicts),
      scalars(program.numScalars), refs(program.numRefs) {}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// The strides that every call of this version has (as in EntryToABI).
static SmallVector<std::optional<int64_t>>
knownStrides(const Argument &argument, ArrayRef<int64_t> sizes) {
  auto type = cast<RefType>(argument.type);
  SmallVector<std::optional<int64_t>> known(type.getRank());
  IntArith arith;
  if (argument.isContiguous) {
    llvm::copy(views::rowMajor<IntArith>(arith, sizes).strides, known.begin());
    return known;
  }
  if (StridedLayoutAttr layout = type.getLayout())
    for (auto [stride, number] : llvm::zip(known, layout.getStrides()))
      if (!ShapedType::isDynamic(number))
        stride = number;
  return known;
}

bool Machine::bindRef(const Argument &argument, const int64_t *&words,
                      unsigned number) {
  auto type = cast<RefType>(argument.type);
  Storage &storage = addStorage(type, "argument " + std::to_string(number));
  storage.origin = storage.element0 = reinterpret_cast<char *>(*words++);
  StaticView view{0, {}, {}};
  view.sizes.assign(words, words + type.getRank());
  words += type.getRank();
  view.strides.assign(words, words + type.getRank());
  words += type.getRank();
  for (auto [size, wanted] : llvm::zip(view.sizes, type.getShape()))
    if (!ShapedType::isDynamic(wanted) && size != wanted)
      return false;
  for (auto [size, stride, known] :
       llvm::zip(view.sizes, view.strides, knownStrides(argument, view.sizes)))
    if (known && size > 1 && stride != *known)
      return false;
  if (!llvm::is_contained(view.sizes, 0)) {
    IntArith arith;
    Hull<int64_t> hull = views::hull(arith, view);
    storage.low = hull.min;
    storage.high = hull.max + 1;
  }
  ref(argument.slot) = {&storage, std::move(view)};
  return true;
}

int32_t Machine::bindArguments(const int64_t *words) {
  bool fits = true;
  for (auto [number, argument] : llvm::enumerate(program.arguments)) {
    if (argument.slot.isRef) {
      fits &= bindRef(argument, words, number);
      continue;
    }
    scalars[argument.slot.number] = truncateTo(*words++, bitsOf(argument.type));
  }
  return fits ? ELENA_OK : ELENA_GUARD;
}

//===----------------------------------------------------------------------===//
// Execution
//===----------------------------------------------------------------------===//

Outcome Machine::execute(const Code &code) {
  for (const Instruction &instruction : code.instructions)
    if (instruction.run(*this, instruction) == Outcome::Stop)
      return Outcome::Stop;
  return Outcome::Next;
}

llvm::Expected<int32_t> Machine::execute() {
  execute(program.body);
  if (!error.empty())
    return llvm::createStringError(error);
  return status;
}

Outcome Machine::leave(int32_t newStatus) {
  status = newStatus;
  return Outcome::Stop;
}

Outcome Machine::fail(Operation *op, const Twine &message) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << op->getLoc() << ": '" << op->getName() << "' " << message;
  error = std::move(text);
  return Outcome::Stop;
}

void Machine::copy(Slot from, Slot to) {
  if (from.isRef)
    refs[to.number] = refs[from.number];
  else
    scalars[to.number] = scalars[from.number];
}

void Machine::copy(ArrayRef<Slot> from, ArrayRef<Slot> to) {
  if (from.size() == 1)
    return copy(from[0], to[0]);
  SmallVector<uint64_t> numbers;
  SmallVector<Ref> views;
  for (Slot slot : from)
    slot.isRef ? views.push_back(ref(slot)) : numbers.push_back((*this)[slot]);
  size_t nextNumber = 0, nextView = 0;
  for (Slot slot : to) {
    if (slot.isRef)
      ref(slot) = views[nextView++];
    else
      (*this)[slot] = numbers[nextNumber++];
  }
}

SmallVector<int64_t> Machine::read(const Mixed &mixed) {
  SmallVector<int64_t> numbers(ArrayRef<int64_t>(mixed.statics));
  const Slot *next = mixed.dynamics.begin();
  for (int64_t &number : numbers)
    if (ShapedType::isDynamic(number))
      number = static_cast<int64_t>((*this)[*next++]);
  return numbers;
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

Storage &Machine::addStorage(RefType type, std::string name) {
  Storage &storage = storages.emplace_back();
  storage.bytes = type.getElementBytes();
  storage.isBool = type.getElementType().isInteger(1);
  storage.name = std::move(name);
  return storage;
}

char *Machine::allocate(int64_t bytes) {
  memory.push_back(std::make_unique<char[]>(bytes));
  return memory.back().get();
}

/// What nobody wrote must not look right by luck, and not the same under every
/// seed: NaN or a large number, integers far out of bounds, any bools.
void Machine::fillWithGarbage(char *data, int64_t count, Type element) {
  if (element.isInteger(1)) {
    Random bits(seed + 1);
    for (int64_t i = 0; i < count; ++i)
      data[i] = static_cast<char>(bits.next() & 1);
    return;
  }
  uint64_t pattern = seed % 2 ? 0xDEADBEEFDEADBEEF : 0x5A5ADEAD5A5ADEAD;
  if (element.isF32() && seed % 2 == 0)
    pattern = 0x7FC0DEAD7FC0DEAD;
  if (element.isF64() && seed % 2 == 0)
    pattern = 0x7FF8DEADDEADDEAD;
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(data + i * bytes, &pattern, bytes);
}

Outcome Machine::failAccess(Operation *op, const Storage &storage,
                            int64_t address) {
  return fail(op, "touches cell " + Twine(address) + " of " + storage.name +
                      ", which has the cells " + Twine(storage.low) + " to " +
                      Twine(storage.high - 1));
}

Outcome Machine::failConflict(Operation *op, const Storage &storage,
                              int64_t address, const char *does) {
  return fail(op, Twine(does) + " cell " + Twine(address) + " of " +
                      storage.name +
                      ", which is touched by a point that may run before or "
                      "after it");
}
