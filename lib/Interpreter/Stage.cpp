//===- Stage.cpp - Runs a stage at a point of its group -------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Groups.h"
#include "Reducer.h"

#include <numeric>

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

StageRun::StageRun(Machine &machine, const StagePlan &plan)
    : m(machine), plan(plan), box(machine.read(plan.box)),
      shifts(machine.read(plan.shifts)), indices(plan.box.statics.size()) {}

/// Are the sizes of the ref those of the box in `place`, its last dimensions?
bool StageRun::isPlaceOf(const Ref &ref, ArrayRef<int64_t> place) {
  ArrayRef<int64_t> sizes(ref.view.sizes);
  place = place.take_back(sizes.size() - plan.scatter);
  sizes = sizes.drop_front(plan.scatter);
  return llvm::all_of(llvm::zip_equal(sizes, place), [&](auto pair) {
    return std::get<0>(pair) == box[std::get<1>(pair)];
  });
}

Outcome StageRun::check() {
  if (llvm::any_of(box, [](int64_t size) { return size <= 0; }))
    return Outcome::Next;
  for (Slot slot : plan.inputs)
    if (ArrayRef(m.ref(slot).view.sizes) != ArrayRef(box))
      return m.fail(plan.op, "reads a ref that is not of the box's sizes");
  for (Slot slot : plan.outputs)
    if (!isPlaceOf(m.ref(slot), plan.kept))
      return m.fail(plan.op, "writes a ref that is not of the box's sizes");
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// In C order.
template <typename Each>
Outcome StageRun::forEach(ArrayRef<int64_t> dims, Each each) {
  if (dims.empty())
    return each();
  int64_t &index = indices[dims.front()];
  for (index = 0; index < box[dims.front()]; ++index)
    if (forEach<Each>(dims.drop_front(), each) == Outcome::Stop)
      return Outcome::Stop;
  return Outcome::Next;
}

template <typename Each>
Outcome StageRun::forEachShuffled(ArrayRef<int64_t> dims, Each each) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= std::max<int64_t>(box[dim], 0);
  permutation.resize(count);
  std::iota(permutation.begin(), permutation.end(), 0);
  for (int64_t left = count; left > 1; --left)
    std::swap(permutation[left - 1], permutation[m.random.below(left)]);
  for (int64_t number : permutation) {
    for (int64_t dim : llvm::reverse(dims)) {
      indices[dim] = number % box[dim];
      number /= box[dim];
    }
    if (each() == Outcome::Stop)
      return Outcome::Stop;
  }
  return Outcome::Next;
}

Outcome StageRun::runAt(ArrayRef<int64_t> point) {
  for (auto [t, shift, dim] : llvm::zip_equal(point, shifts, plan.along)) {
    indices[dim] = t - shift;
    if (indices[dim] < 0 || indices[dim] >= box[dim])
      return Outcome::Next;
  }
  m.indices = indices.data();
  auto runUnit = [&] {
    if (m.conflicts)
      m.conflicts->startUnit();
    return forEach(plan.ordered, [&] { return accumulate(); });
  };
  // Under seed 0 in C order, which any order of the free dimensions may be.
  return m.seed == 0 ? forEach(plan.free, runUnit)
                     : forEachShuffled(plan.free, runUnit);
}

Outcome StageRun::accumulate() {
  if (!plan.reduced.empty())
    return reduce();
  if (!plan.scanned.empty())
    return scan();
  if (runBody() == Outcome::Stop)
    return Outcome::Stop;
  SmallVector<uint64_t> values;
  for (Slot slot : ArrayRef(plan.body.yields).take_front(plan.outputs.size()))
    values.push_back(m[slot]);
  return storeAll(values);
}

//===----------------------------------------------------------------------===//
// Reductions and scans
//===----------------------------------------------------------------------===//

Outcome StageRun::reduce() {
  SmallVector<Reducer> reducers;
  for (auto [kind, type] : llvm::zip(plan.combiners, plan.types))
    reducers.emplace_back(kind, type);
  int64_t position = 0;
  Outcome outcome = forEach(plan.reduced, [&] {
    if (runBody() == Outcome::Stop)
      return Outcome::Stop;
    for (auto [reducer, slot] : llvm::zip(reducers, plan.body.yields))
      reducer.combine(m[slot], position);
    ++position;
    return Outcome::Next;
  });
  if (outcome == Outcome::Stop)
    return Outcome::Stop;
  return storeAll(llvm::map_to_vector(
      reducers, [](const Reducer &reducer) { return reducer.getResult(); }));
}

Outcome StageRun::scan() {
  SmallVector<Reducer> reducers;
  for (auto [kind, type] : llvm::zip(plan.combiners, plan.types)) {
    reducers.emplace_back(kind, type);
    reducers.back().startRunning();
  }
  return forEach(plan.scanned, [&] {
    if (runBody() == Outcome::Stop)
      return Outcome::Stop;
    SmallVector<uint64_t> values;
    for (auto [reducer, slot] : llvm::zip(reducers, plan.body.yields))
      values.push_back(reducer.step(m[slot]));
    return storeAll(values);
  });
}

//===----------------------------------------------------------------------===//
// Loads, body, stores
//===----------------------------------------------------------------------===//

Outcome StageRun::runBody() {
  for (auto [argument, slot] : llvm::zip(plan.body.arguments, plan.inputs)) {
    const Ref &input = m.ref(slot);
    int64_t address = input.view.offset;
    for (auto [index, stride] : llvm::zip(indices, input.view.strides))
      address += index * stride;
    if (m.load(plan.op, *input.storage, address, m[argument]) == Outcome::Stop)
      return Outcome::Stop;
  }
  return m.execute(plan.body);
}

Outcome StageRun::storeOne(const Ref &output, uint64_t value) {
  const StaticView &view = output.view;
  int64_t address = view.offset;
  ArrayRef<Slot> scattered = ArrayRef(plan.body.yields)
                                 .drop_front(plan.outputs.size())
                                 .take_front(plan.scatter);
  for (auto [d, slot] : llvm::enumerate(scattered)) {
    auto index = static_cast<int64_t>(m[slot]);
    if (index < 0 || index >= view.sizes[d])
      return m.fail(plan.op, "scatters to the index " + Twine(index) +
                                 " in dimension " + Twine(d) + " of size " +
                                 Twine(view.sizes[d]));
    address += index * view.strides[d];
  }
  ArrayRef<int64_t> strides = ArrayRef(view.strides).drop_front(plan.scatter);
  ArrayRef<int64_t> place = ArrayRef(plan.kept).take_back(strides.size());
  for (auto [dim, stride] : llvm::zip_equal(place, strides))
    address += indices[dim] * stride;
  return m.store(plan.op, *output.storage, address, value);
}

Outcome StageRun::storeAll(ArrayRef<uint64_t> values) {
  if (plan.isMasked && !m[plan.body.yields.back()])
    return Outcome::Next;
  for (auto [slot, value] : llvm::zip(plan.outputs, values))
    if (storeOne(m.ref(slot), value) == Outcome::Stop)
      return Outcome::Stop;
  return Outcome::Next;
}
