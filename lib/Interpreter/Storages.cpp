//===- Storages.cpp - Rules of storages and their metadata ----------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Machine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace elena;
using namespace elena::interpreter;
using namespace elena::tensorref;

namespace {
struct SizesDetail : Detail {
  explicit SizesDetail(Mixed sizes) : sizes(std::move(sizes)) {}
  Mixed sizes;
};
} // namespace

/// The bytes of so many elements; -1 if they are not countable.
static int64_t countBytes(ArrayRef<int64_t> sizes, int64_t elementBytes) {
  int64_t bytes = elementBytes;
  for (int64_t size : sizes)
    if (llvm::MulOverflow(bytes, size, bytes))
      return -1;
  return bytes;
}

static Outcome runAlloc(Machine &m, const Instruction &i) {
  auto type = cast<RefType>(i.op->getResult(0).getType());
  auto sizes = m.read(static_cast<const SizesDetail &>(*i.detail).sizes);
  for (int64_t &size : sizes)
    size = std::max<int64_t>(size, 0);
  int64_t bytes = countBytes(sizes, type.getElementBytes());
  auto *data = static_cast<char *>(m.runtime->alloc(m.runtime, bytes));
  if (!data)
    return m.leave(ELENA_OUT_OF_MEMORY);
  Storage &storage = m.addStorage(type, "a storage of the function");
  storage.origin = storage.element0 = data;
  storage.high = bytes / type.getElementBytes();
  m.fillWithGarbage(data, storage.high, type.getElementType());
  IntArith arith;
  m.ref(i.results[0]) = {&storage, views::rowMajor<IntArith>(arith, sizes)};
  return Outcome::Next;
}

/// Of an iteration of a kernel: the host knows nothing of it.
static Outcome runIterationAlloc(Machine &m, const Instruction &i) {
  auto type = cast<RefType>(i.op->getResult(0).getType());
  Storage &storage = m.addStorage(type, "the storage of an iteration");
  storage.high = ShapedType::getNumElements(type.getShape());
  storage.origin = storage.element0 = m.allocate(storage.high * storage.bytes);
  m.fillWithGarbage(storage.element0, storage.high, type.getElementType());
  IntArith arith;
  m.ref(i.results[0]) = {&storage,
                         views::rowMajor<IntArith>(arith, type.getShape())};
  return Outcome::Next;
}

static LogicalResult prepareAlloc(Translator &translator, Instruction &i) {
  auto op = cast<AllocOp>(i.op);
  if (op->getParentOfType<ForeachOp>())
    i.run = runIterationAlloc;
  i.detail = std::make_unique<SizesDetail>(
      translator.mixed(op.getStaticSizes(), op.getSizes()));
  return success();
}

static Outcome runDim(Machine &m, const Instruction &i) {
  m[i.results[0]] = m.ref(i.operands[0]).view.sizes[i.immediate];
  return Outcome::Next;
}

static Outcome runStride(Machine &m, const Instruction &i) {
  m[i.results[0]] = m.ref(i.operands[0]).view.strides[i.immediate];
  return Outcome::Next;
}

static LogicalResult prepareDimension(Translator &, Instruction &i) {
  i.immediate = i.op->getAttrOfType<IntegerAttr>("dimension").getInt();
  return success();
}

static Outcome runLoad(Machine &m, const Instruction &i) {
  const Ref &ref = m.ref(i.operands[0]);
  return m.load(i.op, *ref.storage, ref.view.offset, m[i.results[0]]);
}

void interpreter::addStorageRules(RuleTable &table) {
  table["tensorref.alloc"] = {runAlloc, prepareAlloc};
  table["tensorref.dim"] = {runDim, prepareDimension};
  table["tensorref.stride"] = {runStride, prepareDimension};
  table["tensorref.load"] = {runLoad};
}
