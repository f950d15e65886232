//===- Interpret.h - the class Interpreter ----------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_INTERPRET_H
#define ELENA_PYTHON_INTERPRET_H

#include <nanobind/nanobind.h>

namespace elena::python {

/// Adds the class Interpreter to the module (see
/// elena/Interpreter/Interpreter.h).
void bindInterpreter(nanobind::module_ &module);

} // namespace elena::python

#endif // ELENA_PYTHON_INTERPRET_H
