//===- Compiler.h - from tensorref text to running code ---------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The compile API: text of a module in the tensorref dialect with one entry
// function goes in, a CompiledModule comes out.
//
//   auto compiled = CompiledModule::compile(text, CompileOptions());
//   if (!compiled)
//     die(toString(compiled.takeError()));      // MLIR's diagnostics
//   ElenaEntry entry = (*compiled)->getEntry(); // see elena/Runtime/elena.h
//
// Compiling is thread-safe and leaves no global state but the JIT and a few
// recycled MLIR contexts.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TARGET_COMPILER_H
#define ELENA_TARGET_COMPILER_H

#include "elena/Runtime/elena.h"
#include "elena/Target/Codegen.h"
#include "elena/Target/Traffic.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace elena {

class JitCode;

struct CompileOptions {
  /// "apart": distinct arguments share no memory (the entry checks it and
  /// returns ELENA_OVERLAP). "overlap": any two may. "same:0,0,2": the second
  /// array is the first one, and "apart" holds for the others.
  std::string alias = "apart";
  /// "full"; "noviews": element-wise fusion that stops at every view and
  /// in-place write; "none": one kernel per operation.
  std::string fuse = "full";
  /// Moves of fusion that are not made, to see what each of them does:
  /// "promote", "unroll", "split", "recompute", "contract", "siblings",
  /// "private", "write-back", "pack", "loop"; without "profit" what is not
  /// worth it is recomputed, too.
  std::vector<std::string> without;
  /// For tests: predicates of legality that are not asked (Pipelines.h).
  std::vector<std::string> ignore;
  /// Fail where a plan is rejected, instead of making one that does less.
  bool strict = false;
  /// Keep the account of fusion (the text "fusion").
  bool report = false;
  /// "cpu" or "cuda". With "cuda" the entry launches through `rt->launch`, and
  /// the kernels are PTX.
  std::string target = "cpu";
  /// The GPU of "cuda".
  std::string chip = "sm_90";
  /// The CPU that the code is for. Code for another machine is not loaded:
  /// getEntry() is null then.
  TargetSpec machine;
  /// Elements of arguments may be at any address (code for the CPU): loads and
  /// stores assume nothing.
  bool unaligned = false;
  /// The work from which on a launch of a kernel of the CPU runs in parts, if
  /// not the usual one. (For tests: 0 cuts small ones too.)
  std::optional<int64_t> leastWork;
  /// Count what the kernels load and store: getTraffic(). For tests; "cpu" and
  /// this process only.
  bool countTraffic = false;
};

/// One kernel: what is launched (GPU), or one function with a loop nest (CPU).
struct KernelInfo {
  std::string name;
  /// The refs read and written, as types ("?x4xf32"), one per access.
  std::vector<std::string> reads;
  std::vector<std::string> writes;
  /// Bytes moved if every element is touched once; -1 where a size is known at
  /// run time only.
  int64_t bytes = -1;
  /// The number of stages.
  int64_t stages = 0;
};

/// A storage that lives during the call only.
struct TemporaryInfo {
  /// "?x4xf32".
  std::string type;
  /// -1 where a size is known at run time only.
  int64_t bytes = -1;
  /// "file.py:12:4", or empty.
  std::string location;
};

/// A check on data: exception type's name and message with {0} {1} ... .
struct CheckInfo {
  std::string kind;
  std::string message;
};

/// One parameter or result of the entry.
struct WordsInfo {
  /// -1: a scalar (one word).
  int rank = -1;
  /// "f32", "i1", "index" ...
  std::string elementType;
  /// -1 where dynamic; the declared sizes of an array.
  std::vector<int64_t> sizes;
  /// The strides, in elements, that the entry asks for; empty if any will do.
  std::vector<std::optional<int64_t>> strides;
};

/// A compiled function with its code, which is freed with this object.
class CompiledModule {
public:
  /// Compiles `text`. The error holds MLIR's diagnostics, one per line, as
  /// "location: error: message".
  static llvm::Expected<std::unique_ptr<CompiledModule>>
  compile(std::string text, CompileOptions options);
  ~CompiledModule();

  /// The entry, or null if the code is for another machine.
  ElenaEntry getEntry() const { return entry; }
  /// The symbol of the entry in object().
  const std::string &getEntryName() const { return entryName; }
  const CompileOptions &getOptions() const { return options; }

  const std::vector<KernelInfo> &getKernels() const { return kernels; }
  const std::vector<TemporaryInfo> &getTemporaries() const {
    return temporaries;
  }
  /// The bytes of each temporary in a call with these words as arguments; -1
  /// where they depend on data. Compiles again.
  llvm::Expected<std::vector<int64_t>>
  measureTemporaries(llvm::ArrayRef<int64_t> words) const;
  const std::vector<CheckInfo> &getChecks() const { return checks; }
  const std::vector<WordsInfo> &getArguments() const { return arguments; }
  const std::vector<WordsInfo> &getResults() const { return results; }
  /// What the kernels have moved; null without `countTraffic`.
  TrafficCounter *getTraffic() const { return traffic.get(); }
  /// Stage name and milliseconds, in order.
  const std::vector<std::pair<std::string, double>> &getTimings() const {
    return timings;
  }

  /// The object file of the entry and its kernels.
  llvm::ArrayRef<char> getObject() const { return object; }
  /// The text at a level: "tensorref" (the input, formatted), "group",
  /// "kernels", "loops", "llvm-dialect", "llvm" (optimised LLVM IR), "asm",
  /// "ptx" (target "cuda" only); as JSON "fusion" (the account of it, a list
  /// with an object per fused block), and the operation graphs of the program,
  /// "program-graph", and of what fusion made of it, "graph". Of these only the
  /// PTX is stored; the others are made by compiling again.
  llvm::Expected<std::string> getText(llvm::StringRef level) const;
  /// A C header for the entry; `getObject()` and a C compiler are all that is
  /// needed to run it.
  std::string getCHeader() const;

private:
  CompiledModule() = default;
  friend class Compilation;

  std::string source;
  CompileOptions options;
  std::string entryName;
  std::string ptx;
  ElenaEntry entry = nullptr;
  /// Outlives the code, which holds its address.
  std::unique_ptr<TrafficCounter> traffic;
  std::unique_ptr<JitCode> code;
  llvm::SmallVector<char, 0> object;
  std::vector<KernelInfo> kernels;
  std::vector<TemporaryInfo> temporaries;
  std::vector<CheckInfo> checks;
  std::vector<WordsInfo> arguments, results;
  std::vector<std::pair<std::string, double>> timings;
};

} // namespace elena

#endif // ELENA_TARGET_COMPILER_H
