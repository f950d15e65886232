//===- Emulate.h - the class Emulator ---------------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_EMULATE_H
#define ELENA_PYTHON_EMULATE_H

#include <nanobind/nanobind.h>

namespace elena::python {

/// Adds the class Emulator to the module (see elena/Target/Emulator.h).
void bindEmulator(nanobind::module_ &module);

} // namespace elena::python

#endif // ELENA_PYTHON_EMULATE_H
