//===- ArrayKind.cpp - the kind of one array ------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallKey.h"
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <numeric>

using namespace elena::python;

//===----------------------------------------------------------------------===//
// dtypes
//===----------------------------------------------------------------------===//

namespace {
struct DTypeRow {
  const char *name;
  int typeNumber;
  int log2Bytes;
};
} // namespace

static constexpr DTypeRow kDTypes[] = {
    {"bool", NPY_BOOL, 0},      {"int8", NPY_INT8, 0},
    {"int16", NPY_INT16, 1},    {"int32", NPY_INT32, 2},
    {"int64", NPY_INT64, 3},    {"uint8", NPY_UINT8, 0},
    {"uint16", NPY_UINT16, 1},  {"uint32", NPY_UINT32, 2},
    {"uint64", NPY_UINT64, 3},  {"float32", NPY_FLOAT32, 2},
    {"float64", NPY_FLOAT64, 3}};

static constexpr std::array<DType, NPY_NTYPES_LEGACY> makeDTypeTable() {
  std::array<DType, NPY_NTYPES_LEGACY> table = {};
  table.fill(DType::Unsupported);
  for (int i = 0; i < int(std::size(kDTypes)); ++i)
    table[kDTypes[i].typeNumber] = DType(i);
  // `long long` is another type number for the same int64.
  table[NPY_LONGLONG] = DType::Int64;
  table[NPY_ULONGLONG] = DType::UInt64;
  return table;
}

DType elena::python::dtypeOf(int typeNumber) {
  static constexpr auto table = makeDTypeTable();
  return typeNumber >= 0 && typeNumber < int(table.size()) ? table[typeNumber]
                                                           : DType::Unsupported;
}

int elena::python::typeNumberOf(DType dtype) {
  return kDTypes[int(dtype)].typeNumber;
}

int elena::python::log2BytesOf(DType dtype) {
  return kDTypes[int(dtype)].log2Bytes;
}

DType elena::python::dtypeNamed(const char *name) {
  for (int i = 0; i < int(std::size(kDTypes)); ++i)
    if (!std::strcmp(kDTypes[i].name, name))
      return DType(i);
  return DType::Unsupported;
}

//===----------------------------------------------------------------------===//
// Packing
//===----------------------------------------------------------------------===//

static constexpr uint64_t kArrayTag = 1;
static constexpr int kSmall = 4;

static uint64_t firstWord(DType dtype, int rank, uint32_t flags) {
  return kArrayTag | uint64_t(dtype) << 4 | uint64_t(rank) << 8 |
         uint64_t(flags) << 16;
}

/// Places the eight bits of dimension `d` in the words of an array.
static void setDimension(uint64_t *words, int d, uint64_t bits) {
  if (d < 4)
    words[0] |= bits << (32 + 8 * d);
  else
    words[1 + (d - 4) / 8] |= bits << (8 * ((d - 4) % 8));
}

static int wordCount(int rank) { return 1 + (rank <= 4 ? 0 : (rank + 3) / 8); }

static uint64_t sizeBits(npy_intp size) { return size <= kSmall ? size : 7; }

bool elena::python::isInjective(int rank, const npy_intp *sizes,
                                const npy_intp *strides) {
  struct Dimension {
    uint64_t stride; // without its sign
    uint64_t size;
  };
  Dimension dimensions[NPY_MAXDIMS];
  int count = 0;
  for (int d = 0; d < rank; ++d) {
    if (sizes[d] == 0)
      return true;
    if (sizes[d] > 1)
      dimensions[count++] = {strides[d] < 0 ? -uint64_t(strides[d])
                                            : uint64_t(strides[d]),
                             uint64_t(sizes[d])};
  }
  std::sort(dimensions, dimensions + count,
            [](const Dimension &a, const Dimension &b) {
              return a.stride < b.stride;
            });
  uint64_t span = 0, reach;
  for (int d = 0; d < count; ++d)
    if (dimensions[d].stride <= span ||
        __builtin_mul_overflow(dimensions[d].stride, dimensions[d].size - 1,
                               &reach) ||
        __builtin_add_overflow(span, reach, &span))
      return false;
  return true;
}

static uint32_t arrayFlags(PyArrayObject *array, int rank,
                           const npy_intp *sizes, const npy_intp *strides,
                           npy_intp itemBytes) {
  int flags = PyArray_FLAGS(array);
  uint32_t result = 0;
  if (flags & NPY_ARRAY_WRITEABLE)
    result |= Writeable;
  if (flags & NPY_ARRAY_ALIGNED)
    result |= Aligned;
  if (rank > 0 && strides[rank - 1] == itemBytes)
    result |= UnitInner;
  if (flags & NPY_ARRAY_C_CONTIGUOUS)
    // NumPy calls an array contiguous whatever the strides of its size-1
    // dimensions are; those never make it less injective.
    return result | Contiguous | Injective;
  if (isInjective(rank, sizes, strides))
    result |= Injective;
  return result;
}

/// The bits of one dimension, but for its size.
static uint64_t strideBits(int d, int rank, const npy_intp *sizes,
                           const npy_intp *strides) {
  uint64_t bits = strides[d] == 0 ? 8 : 0;
  npy_intp row;
  if (d + 1 < rank &&
      !__builtin_mul_overflow(strides[d + 1], sizes[d + 1], &row) &&
      strides[d] == row)
    bits |= 16;
  return bits;
}

bool elena::python::addArray(PyArrayObject *array, KeyWords &key,
                             ArgumentWords &words) {
  DType dtype = dtypeOf(PyArray_TYPE(array));
  if (dtype == DType::Unsupported || PyArray_ISBYTESWAPPED(array))
    return false;
  int rank = PyArray_NDIM(array);
  const npy_intp *sizes = PyArray_DIMS(array);
  const npy_intp *strides = PyArray_STRIDES(array);
  int shift = log2BytesOf(dtype);
  npy_intp itemBytes = npy_intp(1) << shift;

  uint32_t flags = arrayFlags(array, rank, sizes, strides, itemBytes);
  int keyCount = wordCount(rank);
  uint64_t *kind = key.extend(keyCount);
  std::fill_n(kind, keyCount, 0);
  kind[0] = firstWord(dtype, rank, flags);
  int64_t *word = words.extend(1 + 2 * rank);
  word[0] = reinterpret_cast<intptr_t>(PyArray_DATA(array));
  for (int d = 0; d < rank; ++d) {
    if (strides[d] & (itemBytes - 1))
      return false;
    setDimension(kind, d,
                 sizeBits(sizes[d]) | strideBits(d, rank, sizes, strides));
    word[1 + d] = sizes[d];
    word[1 + rank + d] = strides[d] >> shift;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// ArrayKind of _protocol.py
//===----------------------------------------------------------------------===//

/// Truth of an attribute; -1 with an exception.
static int truthOf(PyObject *object, const char *name) {
  Ref value = Ref::steal(PyObject_GetAttrString(object, name));
  return value ? PyObject_IsTrue(value.get()) : -1;
}

static int longOf(PyObject *object, const char *name, long &result) {
  Ref value = Ref::steal(PyObject_GetAttrString(object, name));
  if (!value)
    return -1;
  result = PyLong_AsLong(value.get());
  return result == -1 && PyErr_Occurred() ? -1 : 0;
}

static int flagsOfKind(PyObject *kind, uint32_t &flags) {
  static constexpr std::pair<const char *, ArrayFlag> names[] = {
      {"writeable", Writeable},  {"contiguous", Contiguous},
      {"unit_inner", UnitInner}, {"injective", Injective},
      {"scalar", Scalar},        {"aligned", Aligned}};
  for (auto [name, flag] : names) {
    int truth = truthOf(kind, name);
    if (truth < 0)
      return -1;
    if (truth)
      flags |= flag;
  }
  return 0;
}

static int dtypeOfKind(PyObject *kind, DType &dtype) {
  Ref name = Ref::steal(PyObject_GetAttrString(kind, "dtype"));
  const char *text = name ? PyUnicode_AsUTF8(name.get()) : nullptr;
  if (!text)
    return -1;
  dtype = dtypeNamed(text);
  if (dtype != DType::Unsupported)
    return 0;
  PyErr_Format(PyExc_ValueError, "no dtype '%s'", text);
  return -1;
}

/// Bits that are set for each true element of the tuple `name`.
static int addTruths(PyObject *kind, const char *name, uint64_t bit,
                     uint64_t *words) {
  Ref list = Ref::steal(PyObject_GetAttrString(kind, name));
  Ref fast = list ? Ref::steal(PySequence_Tuple(list.get())) : Ref();
  if (!fast)
    return -1;
  for (Py_ssize_t d = 0; d < PyTuple_GET_SIZE(fast.get()); ++d) {
    int truth = PyObject_IsTrue(PyTuple_GET_ITEM(fast.get(), d));
    if (truth < 0)
      return -1;
    if (truth)
      setDimension(words, d, bit);
  }
  return 0;
}

static int addSizes(PyObject *kind, uint64_t *words) {
  Ref list = Ref::steal(PyObject_GetAttrString(kind, "sizes"));
  Ref fast = list ? Ref::steal(PySequence_Tuple(list.get())) : Ref();
  if (!fast)
    return -1;
  for (Py_ssize_t d = 0; d < PyTuple_GET_SIZE(fast.get()); ++d) {
    PyObject *item = PyTuple_GET_ITEM(fast.get(), d);
    uint64_t bits = 7;
    if (item != Py_None) {
      bits = PyLong_AsUnsignedLongLong(item);
      if (PyErr_Occurred())
        return -1;
    }
    setDimension(words, d, bits);
  }
  return 0;
}

int elena::python::keyOfArrayKind(PyObject *kind, std::vector<uint64_t> &key) {
  uint32_t flags = 0;
  DType dtype;
  long rank;
  if (flagsOfKind(kind, flags) < 0 || dtypeOfKind(kind, dtype) < 0 ||
      longOf(kind, "ndim", rank) < 0)
    return -1;
  if (rank < 0 || rank > NPY_MAXDIMS) {
    PyErr_SetString(PyExc_ValueError, "ndim is out of range");
    return -1;
  }
  key.assign(wordCount(rank), 0);
  key[0] = firstWord(dtype, rank, flags);
  if (addSizes(kind, key.data()) < 0 ||
      addTruths(kind, "zero", 8, key.data()) < 0)
    return -1;
  return addTruths(kind, "mergeable", 16, key.data());
}
