//===- Environment.cpp - guards and captures ------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Version.h"
#include <algorithm>
#include <bit>

using namespace elena::python;

static PyObject *holderOf(const Fetch &fetch, const Call &call) {
  if (fetch.leaf < 0)
    return fetch.holder.get();
  return size_t(fetch.leaf) < call.leaves.size() ? call.leaves[fetch.leaf]
                                                 : nullptr;
}

/// Null means missing; what went wrong does not matter.
static Ref cleared(PyObject *object) {
  if (!object)
    PyErr_Clear();
  return Ref::steal(object);
}

Ref elena::python::fetch(const Fetch &fetch, const Call &call) {
  PyObject *holder = holderOf(fetch, call);
  if (!holder)
    return Ref();
  switch (fetch.kind) {
  case Fetch::Global:
    if (PyObject *value = PyDict_GetItemWithError(holder, fetch.name.get()))
      return Ref::share(value);
    PyErr_Clear();
    return Ref();
  case Fetch::Cell:
    return Ref::share(PyCell_GET(holder));
  case Fetch::Attribute:
    return cleared(PyObject_GetAttr(holder, fetch.name.get()));
  case Fetch::Item:
    return cleared(PyObject_GetItem(holder, fetch.name.get()));
  case Fetch::Length:
    break;
  }
  return Ref();
}

/// Equal values of the simple immutable types may be other objects.
static bool isExpected(PyObject *value, PyObject *expected) {
  if (value == expected)
    return true;
  if (Py_TYPE(value) != Py_TYPE(expected))
    return false;
  if (PyFloat_CheckExact(value))
    return std::bit_cast<uint64_t>(PyFloat_AS_DOUBLE(value)) ==
           std::bit_cast<uint64_t>(PyFloat_AS_DOUBLE(expected));
  if (PyLong_CheckExact(value) || PyUnicode_CheckExact(value) ||
      PyBytes_CheckExact(value))
    return PyObject_RichCompareBool(value, expected, Py_EQ) == 1;
  return false;
}

static bool holds(const Guard &guard, const Call &call) {
  if (guard.fetch.kind == Fetch::Length) {
    PyObject *holder = holderOf(guard.fetch, call);
    Py_ssize_t length = holder ? PyObject_Size(holder) : -1;
    if (length < 0)
      PyErr_Clear();
    return length == guard.length;
  }
  Ref value = fetch(guard.fetch, call);
  return value && isExpected(value.get(), guard.expected.get());
}

bool elena::python::guardsHold(const Version &version, const Call &call) {
  for (const Guard &guard : version.guards)
    if (!holds(guard, call))
      return false;
  return true;
}

bool elena::python::addCaptures(const Version &version, const Call &call,
                                ArgumentWords &words,
                                SmallBuffer<PyObject *, 4> &captured) {
  for (const Capture &capture : version.captures) {
    Ref value = fetch(capture.fetch, call);
    if (!value || !PyArray_CheckExact(value.get()))
      return false;
    KeyWords kind;
    auto *array = reinterpret_cast<PyArrayObject *>(value.get());
    captured.push(value.release());
    if (!addArray(array, kind, words) || kind.size() != capture.kind.size() ||
        !std::equal(kind.begin(), kind.end(), capture.kind.begin()))
      return false;
  }
  return true;
}
