//===- TensorRefOps.cpp - The generated parts of the ops ------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpSyntax.h"

using namespace mlir;
using namespace elena::tensorref;

#define GET_OP_CLASSES
#include "elena/Dialect/TensorRef/IR/TensorRefOps.cpp.inc"
