//===- Module.cpp - the extension module elena._elena ---------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define ELENA_IMPORT_NUMPY
#include "NumPy.h"

#include "Compiled.h"
#include "Dispatcher.h"
#include "Emulate.h"
#include "Interpret.h"
#include "Storage.h"
#include "elena/Runtime/ThreadPool.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace elena::python;

/// Does what import_array() does, with C++ exceptions.
static void importNumPy() {
  if (_import_array() < 0)
    throw nb::python_error();
}

static nb::dict memoryInfo() {
  nb::dict info;
  info["cached"] = cachedBytes();
  info["limit"] = cacheLimit();
  return info;
}

static void bindMemory(nb::module_ &module) {
  if (initializeStorage() < 0)
    throw nb::python_error();
  module.def("memory", memoryInfo,
             "Bytes of freed result memory kept for reuse, and their limit.");
  module.def("set_memory_limit", setCacheLimit, "bytes"_a,
             "Limits the freed result memory that is kept; 0 keeps none.");
  module.def("release_memory", releaseCache,
             "Gives the freed result memory back to the system.");
}

static void bindThreads(nb::module_ &module) {
  module.def("get_num_threads", elena::getNumThreads);
  module.def("set_num_threads", elena::setNumThreads, "count"_a);
  module.def("set_work_of_part", elena::setWorkOfPart, "units"_a,
             "For tests: the least work of a part.");
}

NB_MODULE(_elena, module) {
  importNumPy();
  module.doc() = "The compiler and the dispatcher of Elena, in C++.";
  module.attr("__version__") = ELENA_VERSION;
  bindMemory(module);
  bindThreads(module);
  bindCompiled(module);
  bindEmulator(module);
  bindInterpreter(module);
  PyObject *dispatcher = makeDispatcherType();
  if (!dispatcher)
    throw nb::python_error();
  module.attr("Dispatcher") = nb::steal(dispatcher);
}
