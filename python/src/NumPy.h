//===- NumPy.h - NumPy's C API in all files of the module -------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Module.cpp defines ELENA_IMPORT_NUMPY before it includes this, and calls
// importNumPy() once; everybody else shares its table.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_NUMPY_H
#define ELENA_PYTHON_NUMPY_H

#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL ElenaArrayAPI
#ifndef ELENA_IMPORT_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>

#endif // ELENA_PYTHON_NUMPY_H
