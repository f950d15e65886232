//===- TestPasses.h - Passes that only tests use ----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_LIB_TESTPASSES_H
#define ELENA_TEST_LIB_TESTPASSES_H

namespace elena::test {

void registerCorruptPlans();

} // namespace elena::test

#endif // ELENA_TEST_LIB_TESTPASSES_H
