//===- Ref.h - an owned reference to a Python object ------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_REF_H
#define ELENA_PYTHON_REF_H

#include <Python.h>
#include <utility>

namespace elena::python {

/// Owns one reference, or nothing. Needs the GIL, as all of this module does.
class Ref {
public:
  Ref() = default;
  Ref(Ref &&other) noexcept : object(std::exchange(other.object, nullptr)) {}
  Ref(const Ref &other) : object(other.object) { Py_XINCREF(object); }
  Ref &operator=(Ref other) noexcept {
    std::swap(object, other.object);
    return *this;
  }
  ~Ref() { Py_XDECREF(object); }

  /// Takes over a new reference (null after a failed API call).
  static Ref steal(PyObject *object) {
    Ref ref;
    ref.object = object;
    return ref;
  }
  /// Adds a reference.
  static Ref share(PyObject *object) {
    Py_XINCREF(object);
    return steal(object);
  }

  PyObject *get() const { return object; }
  /// Gives the reference away.
  PyObject *release() { return std::exchange(object, nullptr); }
  explicit operator bool() const { return object; }

private:
  PyObject *object = nullptr;
};

} // namespace elena::python

#endif // ELENA_PYTHON_REF_H
