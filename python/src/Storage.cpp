//===- Storage.cpp - memory behind result arrays --------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Storage.h"
#include "NumPy.h"
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace elena::python;

//===----------------------------------------------------------------------===//
// Size classes: four per power of two, from 64 bytes up
//===----------------------------------------------------------------------===//

static constexpr unsigned kClassCount = 4 * 48;

namespace {
struct SizeClass {
  unsigned index;
  size_t capacity;
};
} // namespace

static SizeClass sizeClassOf(size_t bytes) {
  if (bytes <= 64)
    return {0, 64};
  // bytes is in (2^k, 2^(k+1)]; quarters of 2^k.
  unsigned k = std::bit_width(bytes - 1) - 1;
  size_t quarter = size_t(1) << (k - 2);
  unsigned step = (bytes - 1 - (size_t(1) << k)) / quarter;
  return {4 * (k - 6) + step + 1, (size_t(1) << k) + (step + 1) * quarter};
}

//===----------------------------------------------------------------------===//
// Blocks from the system
//===----------------------------------------------------------------------===//

static constexpr size_t kHugePage = size_t(2) << 20;

static bool isLarge(size_t capacity) { return capacity >= kHugePage; }

/// The mapping of a large block: header and data, in whole huge pages.
static size_t mappingBytes(size_t capacity) {
  return (capacity + sizeof(Storage) + kHugePage - 1) & ~(kHugePage - 1);
}

static void *mapAligned(size_t bytes) {
  size_t total = bytes + kHugePage;
  void *start = mmap(nullptr, total, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED)
    return nullptr;
  auto address = reinterpret_cast<uintptr_t>(start);
  uintptr_t aligned = (address + kHugePage - 1) & ~(kHugePage - 1);
  if (aligned > address)
    munmap(start, aligned - address);
  if (size_t rest = address + total - (aligned + bytes))
    munmap(reinterpret_cast<void *>(aligned + bytes), rest);
  void *block = reinterpret_cast<void *>(aligned);
  madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

static void *allocateAligned(size_t bytes) {
  void *block = nullptr;
  return posix_memalign(&block, 64, bytes) ? nullptr : block;
}

static Storage *newBlock(size_t capacity) {
  void *block = isLarge(capacity) ? mapAligned(mappingBytes(capacity))
                                  : allocateAligned(capacity + sizeof(Storage));
  if (!block)
    return nullptr;
  auto *storage = static_cast<Storage *>(block);
  storage->capacity = capacity;
  return storage;
}

static void freeBlock(Storage *storage) {
  if (isLarge(storage->capacity))
    munmap(storage, mappingBytes(storage->capacity));
  else
    std::free(storage);
}

//===----------------------------------------------------------------------===//
// The cache
//===----------------------------------------------------------------------===//

static size_t initialLimit() {
  size_t memory = size_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  return std::min<size_t>(size_t(1) << 30, memory / 16);
}

namespace {
struct Cache {
  std::mutex mutex;
  std::array<std::vector<Storage *>, kClassCount> free;
  size_t bytes = 0;
  size_t limit = initialLimit();
};
} // namespace

/// Never destroyed: arrays may outlive everything else in the process.
static Cache &cache() {
  static Cache *instance = new Cache();
  return *instance;
}

/// How many blocks of a class are kept: results of a few calls in flight.
static size_t maxBlocks(size_t capacity) {
  return isLarge(capacity) ? 4 : capacity >= 65536 ? 16 : 64;
}

Storage *elena::python::allocateStorage(int64_t bytes) {
  if (bytes < 0 || bytes > (int64_t(1) << 47))
    return nullptr;
  SizeClass size = sizeClassOf(bytes);
  Storage *storage = nullptr;
  Cache &all = cache();
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    auto &list = all.free[size.index];
    if (!list.empty()) {
      storage = list.back();
      list.pop_back();
      all.bytes -= size.capacity;
    }
  }
  if (!storage)
    storage = newBlock(size.capacity);
  if (!storage) {
    releaseCache();
    storage = newBlock(size.capacity);
    if (!storage)
      return nullptr;
  }
  storage->bytes = bytes;
  storage->shared = false;
  storage->uses = 0;
  return storage;
}

static void recycle(Storage *storage) {
  Cache &all = cache();
  size_t capacity = storage->capacity;
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    auto &list = all.free[sizeClassOf(capacity).index];
    if (all.bytes + capacity <= all.limit &&
        list.size() < maxBlocks(capacity)) {
      list.push_back(storage);
      all.bytes += capacity;
      return;
    }
  }
  freeBlock(storage);
}

void elena::python::releaseCache() {
  Cache &all = cache();
  std::vector<Storage *> blocks;
  {
    std::lock_guard<std::mutex> lock(all.mutex);
    for (auto &list : all.free) {
      blocks.insert(blocks.end(), list.begin(), list.end());
      list.clear();
    }
    all.bytes = 0;
  }
  for (Storage *storage : blocks)
    freeBlock(storage);
}

void elena::python::setCacheLimit(size_t bytes) {
  {
    std::lock_guard<std::mutex> lock(cache().mutex);
    cache().limit = bytes;
  }
  if (cachedBytes() > bytes)
    releaseCache();
}

size_t elena::python::cacheLimit() { return cache().limit; }
size_t elena::python::cachedBytes() { return cache().bytes; }

//===----------------------------------------------------------------------===//
// The Python object
//===----------------------------------------------------------------------===//

static void deallocateStorage(PyObject *object) {
  recycle(reinterpret_cast<Storage *>(object));
}

static PyTypeObject makeStorageType() {
  PyTypeObject type = {};
  Py_SET_REFCNT(reinterpret_cast<PyObject *>(&type), 1);
  type.tp_name = "elena._elena.Storage";
  type.tp_doc = "The memory of result arrays.";
  type.tp_basicsize = sizeof(Storage);
  type.tp_flags = Py_TPFLAGS_DEFAULT;
  type.tp_dealloc = deallocateStorage;
  return type;
}

/// A static type: its reference count need not be touched for each storage.
static PyTypeObject storageType = makeStorageType();

PyObject *elena::python::shareStorage(Storage *storage) {
  PyObject *object = &storage->object;
  if (!storage->shared) {
    PyObject_Init(object, &storageType);
    storage->shared = true;
    return object;
  }
  return Py_NewRef(object);
}

void elena::python::dropStorage(Storage *storage) {
  if (!storage->shared)
    recycle(storage);
}

//===----------------------------------------------------------------------===//
// NumPy's handler
//===----------------------------------------------------------------------===//

static void *handlerMalloc(void *, size_t bytes) {
  Storage *storage = allocateStorage(bytes);
  return storage ? storage->data() : nullptr;
}

static void *handlerCalloc(void *, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes))
    return nullptr;
  void *data = handlerMalloc(nullptr, bytes);
  return data ? std::memset(data, 0, bytes) : nullptr;
}

static void handlerFree(void *, void *data, size_t) {
  if (data)
    recycle(Storage::fromData(data));
}

static void *handlerRealloc(void *, void *data, size_t bytes) {
  if (!data)
    return handlerMalloc(nullptr, bytes);
  Storage *old = Storage::fromData(data);
  if (bytes <= old->capacity && bytes >= old->capacity / 2) {
    old->bytes = bytes;
    return data;
  }
  void *result = handlerMalloc(nullptr, bytes);
  if (!result)
    return nullptr;
  std::memcpy(result, data, std::min(bytes, old->bytes));
  recycle(old);
  return result;
}

static PyObject *makeHandler() {
  static PyDataMem_Handler handler = {
      "elena",
      1,
      {nullptr, handlerMalloc, handlerCalloc, handlerRealloc, handlerFree}};
  return PyCapsule_New(&handler, "mem_handler", nullptr);
}

PyObject *elena::python::storageHandler() {
  static PyObject *capsule = makeHandler();
  return capsule;
}

int elena::python::initializeStorage() {
  return PyType_Ready(&storageType) < 0 || !storageHandler() ? -1 : 0;
}
