//===- Mutator.h - Small changes of MLIR's text -----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bytes changed at random hardly ever parse. These changes keep the tokens
// whole: another number, another value's name, a line twice, a word of another
// text. Each is made of the input and a seed alone.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TEST_FUZZ_MUTATOR_H
#define ELENA_TEST_FUZZ_MUTATOR_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace elena::fuzz {

/// The text with one to four small changes.
std::string mutateText(llvm::StringRef text, unsigned seed);

/// `first` with a word or a run of lines of `second`.
std::string crossText(llvm::StringRef first, llvm::StringRef second,
                      unsigned seed);

} // namespace elena::fuzz

#endif // ELENA_TEST_FUZZ_MUTATOR_H
