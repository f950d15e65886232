//===- CallKey.cpp - what kind of call this is ----------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallKey.h"
#include <bit>
#include <cstring>

using namespace elena::python;
using Outcome = Call::Outcome;

/// Tags of key words; 1 is an array's (ArrayKind.cpp).
enum Tag : uint64_t {
  kArrayTag = 1,
  kIntTag = 2,
  kFloatTag = 3,
  kConstantTag = 4,
  kTupleTag = 5,
  kListTag = 6,
  kDictTag = 7,
  kNamedTupleTag = 8,
  kNumPyIntTag = 9
};

/// MAX_DEPTH of _protocol.py.
static constexpr int kMaxDepth = 32;

Call::~Call() {
  for (PyObject *leaf : leaves)
    Py_DECREF(leaf);
  for (PyObject *constant : constants)
    Py_DECREF(constant);
}

PyObject *Call::makeBoundTuple() const {
  PyObject *tuple = PyTuple_New(count);
  for (size_t i = 0; tuple && i < count; ++i)
    PyTuple_SET_ITEM(tuple, i, Py_NewRef(bound[i]));
  return tuple;
}

Outcome Call::flatten() {
  for (size_t i = 0; i < count; ++i)
    if (Outcome outcome = add(bound[i], 0); outcome != Outcome::Ok)
      return outcome;
  return Outcome::Ok;
}

/// Python's integers have no limit, compiled ones have 64 bits. Those below
/// 2^31 are run-time values: products of two of them are exact. Larger ones are
/// known at compile time, where arithmetic is Python's.
static constexpr long long kIntLimit = 1ll << 31;

Outcome Call::add(PyObject *value, int depth) {
  // Arrays first: they are what calls are about.
  if (PyArray_CheckExact(value)) {
    leaves.push(Py_NewRef(value));
    auto *array = reinterpret_cast<PyArrayObject *>(value);
    if (!addArray(array, key, words))
      return Outcome::Refused;
    arrayBytes += PyArray_NBYTES(array);
    return Outcome::Ok;
  }
  if (PyLong_CheckExact(value)) {
    int overflow = 0;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    leaves.push(Py_NewRef(value));
    if (overflow || number >= kIntLimit || number <= -kIntLimit) {
      addConstant(value);
      return Outcome::Ok;
    }
    key.push(kIntTag);
    words.push(number);
    return Outcome::Ok;
  }
  if (PyFloat_CheckExact(value)) {
    leaves.push(Py_NewRef(value));
    key.push(kFloatTag);
    words.push(std::bit_cast<int64_t>(PyFloat_AS_DOUBLE(value)));
    return Outcome::Ok;
  }
  return addContainerOrConstant(value, depth);
}

/// A subclass of tuple made by collections.namedtuple or typing.NamedTuple.
static bool isNamedTuple(PyObject *value) {
  if (!PyTuple_Check(value) || PyTuple_CheckExact(value))
    return false;
  Ref fields = Ref::steal(PyObject_GetAttrString(
      reinterpret_cast<PyObject *>(Py_TYPE(value)), "_fields"));
  if (!fields)
    PyErr_Clear();
  return bool(fields);
}

Outcome Call::addContainerOrConstant(PyObject *value, int depth) {
  if (PyTuple_CheckExact(value))
    return addSequence(value, &PyTuple_GET_ITEM(value, 0),
                       PyTuple_GET_SIZE(value), kTupleTag, depth);
  if (PyList_CheckExact(value)) {
    // A copy: Python code that runs meanwhile might change the list.
    Ref items = Ref::steal(PyList_AsTuple(value));
    if (!items)
      return Outcome::Failed;
    return addSequence(value, &PyTuple_GET_ITEM(items.get(), 0),
                       PyTuple_GET_SIZE(items.get()), kListTag, depth);
  }
  if (PyDict_CheckExact(value))
    return addDict(value, depth);
  if (isNamedTuple(value)) {
    addConstant(reinterpret_cast<PyObject *>(Py_TYPE(value)));
    return addSequence(value, &PyTuple_GET_ITEM(value, 0),
                       PyTuple_GET_SIZE(value), kNamedTupleTag, depth);
  }
  return addLeaf(value);
}

Outcome Call::addSequence(PyObject *, PyObject *const *items, size_t size,
                          uint64_t tag, int depth) {
  if (depth >= kMaxDepth)
    return Outcome::Refused;
  key.push(tag | size << 4);
  for (size_t i = 0; i < size; ++i)
    if (Outcome outcome = add(items[i], depth + 1); outcome != Outcome::Ok)
      return outcome;
  return Outcome::Ok;
}

Outcome Call::addDict(PyObject *value, int depth) {
  if (depth >= kMaxDepth)
    return Outcome::Refused;
  key.push(kDictTag | uint64_t(PyDict_GET_SIZE(value)) << 4);
  PyObject *name, *item;
  for (Py_ssize_t position = 0; PyDict_Next(value, &position, &name, &item);) {
    addConstant(name);
    if (Outcome outcome = add(item, depth + 1); outcome != Outcome::Ok)
      return outcome;
  }
  return Outcome::Ok;
}

void Call::addScalar(PyObject *value, DType dtype, void *data) {
  // As the word of a read-only 0-d array.
  key.push(kArrayTag | uint64_t(dtype) << 4 |
           uint64_t(Contiguous | Injective | Scalar | Aligned) << 16);
  words.push(reinterpret_cast<intptr_t>(data));
}

bool Call::addNumPyInt(PyObject *value) {
  auto *type = reinterpret_cast<PyObject *>(Py_TYPE(value));
  Ref descr = Ref::steal(
      reinterpret_cast<PyObject *>(PyArray_DescrFromTypeObject(type)));
  if (!descr)
    return PyErr_Clear(), false;
  auto *known = reinterpret_cast<PyArray_Descr *>(descr.get());
  DType dtype = dtypeOf(known->type_num);
  // A timedelta64 is an integer to NumPy; a subclass of int64 may be anything.
  if (dtype == DType::Unsupported || known->typeobj != Py_TYPE(value))
    return false;
  Ref integer = Ref::steal(PyNumber_Index(value));
  int overflow = 0;
  long long number =
      integer ? PyLong_AsLongLongAndOverflow(integer.get(), &overflow) : -1;
  if (PyErr_Occurred())
    return PyErr_Clear(), false;
  if (overflow || number >= kIntLimit || number <= -kIntLimit)
    return false;
  key.push(kNumPyIntTag | uint64_t(dtype) << 4);
  words.push(number);
  return true;
}

Outcome Call::addLeaf(PyObject *value) {
  leaves.push(Py_NewRef(value));
  if (Py_IS_TYPE(value, &PyFloat32ArrType_Type)) {
    addScalar(value, DType::Float32, &PyArrayScalar_VAL(value, Float));
    return Outcome::Ok;
  }
  if (Py_IS_TYPE(value, &PyFloat64ArrType_Type)) {
    addScalar(value, DType::Float64, &PyArrayScalar_VAL(value, Double));
    return Outcome::Ok;
  }
  if (PyArray_Check(value) || PyObject_TypeCheck(value, &PyInexactArrType_Type))
    return Outcome::Refused;
  if (PyObject_TypeCheck(value, &PyIntegerArrType_Type) && addNumPyInt(value))
    return Outcome::Ok;
  addConstant(value);
  return Outcome::Ok;
}

//===----------------------------------------------------------------------===//
// Arrays that are the same
//===----------------------------------------------------------------------===//

static bool isSameRef(PyArrayObject *a, PyArrayObject *b) {
  int rank = PyArray_NDIM(a);
  return PyArray_DATA(a) == PyArray_DATA(b) && rank == PyArray_NDIM(b) &&
         dtypeOf(PyArray_TYPE(a)) == dtypeOf(PyArray_TYPE(b)) &&
         std::equal(PyArray_DIMS(a), PyArray_DIMS(a) + rank, PyArray_DIMS(b)) &&
         std::equal(PyArray_STRIDES(a), PyArray_STRIDES(a) + rank,
                    PyArray_STRIDES(b));
}

std::string Call::describeSameArrays() const {
  std::string text;
  bool any = false;
  // Null: a scalar, whose memory is its own.
  std::vector<PyArrayObject *> refs;
  for (PyObject *leaf : leaves) {
    if (PyArray_CheckExact(leaf))
      refs.push_back(reinterpret_cast<PyArrayObject *>(leaf));
    else if (Py_IS_TYPE(leaf, &PyFloat32ArrType_Type) ||
             Py_IS_TYPE(leaf, &PyFloat64ArrType_Type))
      refs.push_back(nullptr);
    else
      continue;
    size_t number = refs.size() - 1;
    for (size_t i = 0; refs.back() && i < number; ++i)
      if (refs[i] && isSameRef(refs[i], refs.back()))
        number = i;
    any |= number != refs.size() - 1;
    text += (text.empty() ? "" : ",") + std::to_string(number);
  }
  return any ? text : "";
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// Objects whose class does not define equality of values, and the few that
/// exist once.
static bool isByIdentity(PyObject *value) {
  hashfunc hash = Py_TYPE(value)->tp_hash;
  return value == Py_None || PyBool_Check(value) || !hash ||
         hash == PyBaseObject_Type.tp_hash ||
         hash == PyObject_HashNotImplemented;
}

void Call::addConstant(PyObject *value) {
  constants.push(Py_NewRef(value));
  uint64_t what;
  if (isByIdentity(value))
    what = reinterpret_cast<uintptr_t>(value);
  else if (PyUnicode_CheckExact(value))
    what = PyObject_Hash(value); // cached in the string; cannot fail
  else
    what = reinterpret_cast<uintptr_t>(Py_TYPE(value));
  key.push(kConstantTag);
  key.push(what);
}

/// Pairs of equal items must also have equal types: (1,) == (True,).
static int sameTuple(PyObject *a, PyObject *b) {
  Py_ssize_t size = PyTuple_GET_SIZE(a);
  if (size != PyTuple_GET_SIZE(b))
    return 0;
  for (Py_ssize_t i = 0; i < size; ++i) {
    int same = sameConstant(PyTuple_GET_ITEM(a, i), PyTuple_GET_ITEM(b, i));
    if (same != 1)
      return same;
  }
  return 1;
}

int elena::python::sameConstant(PyObject *a, PyObject *b) {
  if (a == b)
    return 1;
  if (Py_TYPE(a) != Py_TYPE(b) || isByIdentity(a))
    return 0;
  if (PyTuple_CheckExact(a))
    return sameTuple(a, b);
  // Of one type and equal, but of other units: timedelta64(60, "s") and (1,
  // "m").
  if (PyObject_TypeCheck(a, &PyGenericArrType_Type)) {
    Ref first =
        Ref::steal(reinterpret_cast<PyObject *>(PyArray_DescrFromScalar(a)));
    Ref second =
        Ref::steal(reinterpret_cast<PyObject *>(PyArray_DescrFromScalar(b)));
    if (!first || !second)
      return PyErr_Clear(), 0;
    int same = PyObject_RichCompareBool(first.get(), second.get(), Py_EQ);
    if (same != 1)
      return PyErr_Clear(), 0;
  }
  if (PyFloat_CheckExact(a))
    return std::bit_cast<uint64_t>(PyFloat_AS_DOUBLE(a)) ==
           std::bit_cast<uint64_t>(PyFloat_AS_DOUBLE(b));
  // Values that cannot be hashed may change: then only the object itself.
  if (PyObject_Hash(a) == -1) {
    PyErr_Clear();
    return 0;
  }
  int equal = PyObject_RichCompareBool(a, b, Py_EQ);
  if (equal < 0)
    PyErr_Clear(); // an __eq__ that gives an array, or raises
  return equal == 1;
}

uint64_t elena::python::hashWords(const uint64_t *words, size_t count) {
  uint64_t hash = 0x9e3779b97f4a7c15u * (count + 1);
  for (size_t i = 0; i < count; ++i)
    hash = std::rotl(hash ^ words[i], 29) * 0xbf58476d1ce4e5b9u;
  return hash ^ hash >> 32;
}
