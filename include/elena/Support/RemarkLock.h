//===- RemarkLock.h - One thread at a time makes remarks --------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Function passes run in parallel, and MLIR 22's remark engine and the streamer
// behind it keep no lock: two functions that were fused at a time crashed in
// the YAML writer. A remark is made and streamed while one of these lives:
//
//   {
//     RemarkLock lock;
//     remark::passed(loc, options) << "fused";
//   }
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_SUPPORT_REMARKLOCK_H
#define ELENA_SUPPORT_REMARKLOCK_H

#include <mutex>

namespace elena {

class RemarkLock {
  static std::mutex &getMutex() {
    static std::mutex mutex;
    return mutex;
  }
  std::lock_guard<std::mutex> guard{getMutex()};
};

} // namespace elena

#endif // ELENA_SUPPORT_REMARKLOCK_H
