//===- Compiled.h - compile() and the class Compiled ------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_PYTHON_COMPILED_H
#define ELENA_PYTHON_COMPILED_H

#include <nanobind/nanobind.h>

namespace elena::python {

/// Adds compile(), Compiled, CompileError and host() to the module.
void bindCompiled(nanobind::module_ &module);

} // namespace elena::python

#endif // ELENA_PYTHON_COMPILED_H
