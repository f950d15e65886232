//===- Results.h - running an entry and building its results ----*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_RESULTS_H
#define ELENA_PYTHON_RESULTS_H

#include "Storage.h"
#include "Version.h"

namespace elena::python {

/// The run time of one call: it collects the storages and the failed check.
struct CallRuntime : ElenaRuntime {
  CallRuntime();
  /// Frees the storages that no result refers to.
  ~CallRuntime();

  Storage *find(int64_t word);

  SmallBuffer<Storage *, 16> storages;
  size_t bytes = 0;
  int32_t failedCheck = -1;
  int32_t valueCount = 0;
  int64_t values[ELENA_MAX_CHECK_VALUES];
};

/// Sets the exception of a failed check.
void raiseCheck(const Version &version, const CallRuntime &runtime);

/// Makes the Python objects that `plan` describes; null with an exception.
/// `captured` are the arrays of the version's captures.
PyObject *buildResults(const Version &version, const Call &call,
                       PyObject *const *captured, const int64_t *words,
                       CallRuntime &runtime);

} // namespace elena::python

#endif // ELENA_PYTHON_RESULTS_H
