//===- Dispatcher.h - the callable behind a compiled function ---*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_DISPATCHER_H
#define ELENA_PYTHON_DISPATCHER_H

#include <Python.h>

namespace elena::python {

/// The type `_elena.Dispatcher` as a new reference; null with an exception.
/// python/elena/_protocol.py describes what it does.
PyObject *makeDispatcherType();

} // namespace elena::python

#endif // ELENA_PYTHON_DISPATCHER_H
