//===- TensorRefOps.td - All ops of the dialect ------------*- tablegen -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

include "elena/Dialect/TensorRef/IR/AccessOps.td"
include "elena/Dialect/TensorRef/IR/CheckOps.td"
include "elena/Dialect/TensorRef/IR/GroupOps.td"
include "elena/Dialect/TensorRef/IR/StorageOps.td"
include "elena/Dialect/TensorRef/IR/ViewOps.td"
