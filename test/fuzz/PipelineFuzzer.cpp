//===- PipelineFuzzer.cpp - Bytes through the parser and all passes -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer target: the input is text or bytecode of MLIR. What parses and
// verifies goes through the pipelines, to the LLVM dialect on the CPU and to
// NVVM. An input may be refused, with a diagnostic; it may not crash, run into
// an assertion, hang, make IR that does not verify, or make a fusion plan that
// the checker refuses. How it is used: docs/Fuzzing.md.
//
//===----------------------------------------------------------------------===//

#include "Mutator.h"
#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Pipelines/Pipelines.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cstdlib>
#include <memory>

using namespace mlir;
using namespace elena;

// libMLIR is not instrumented: see "false positive 1" in docs/Debugging.md.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_leaks=0";
}

namespace {

/// Longer inputs find nothing that shorter ones do not, and are slow.
constexpr size_t kMaxBytes = 16 << 10;
/// A context keeps every type and attribute it has seen.
constexpr unsigned kRunsPerContext = 2000;

std::unique_ptr<MLIRContext> makeContext() {
  DialectRegistry registry;
  registerAllElenaDialects(registry);
  registry.insert<gpu::GPUDialect, NVVM::NVVMDialect, DLTIDialect>();
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

/// Inputs on which upstream's parser is known to crash (docs/Fuzzing.md).
bool crashesUpstream(StringRef text) {
  static const llvm::Regex known("array<[ \t\r\n]*index");
  return known.match(text);
}

/// What one input is run with. It depends on nothing but the input, so that a
/// file found by the fuzzer shows the same again.
struct Variant {
  explicit Variant(StringRef input) {
    auto number = static_cast<uint64_t>(llvm::xxh3_64bits(input));
    options.alias = number & 1 ? "overlap" : "apart";
    static constexpr StringRef kinds[] = {"full", "full", "noviews", "none"};
    options.fuse = kinds[(number >> 1) & 3].str();
    options.report = number & 8;
    options.strict = true;
    isGPU = (number >> 4) % 3 == 0;
  }
  ToGroupsOptions options;
  bool isGPU;
};

/// Collects the diagnostics: an input may well be refused, but not for reasons
/// that are an error of ours.
class Listener {
public:
  explicit Listener(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
            messages += diagnostic.str() + "\n";
          return success();
        }) {}
  std::string messages;

private:
  ScopedDiagnosticHandler handler;
};

[[noreturn]] void fail(StringRef what, StringRef messages) {
  llvm::errs() << "pipeline fuzzer: " << what << "\n" << messages;
  std::abort();
}

OwningOpRef<ModuleOp> parse(StringRef input, MLIRContext *context) {
  // The lexer wants a NUL behind the text.
  std::string text = input.str();
  ParserConfig config(context);
  return parseSourceString<ModuleOp>(text, config);
}

/// Says whether the module is still there to go on with.
bool runPasses(ModuleOp module, Listener &listener,
               llvm::function_ref<void(OpPassManager &)> build) {
  PassManager passes(module->getContext());
  passes.enableVerifier(true);
  build(passes);
  return succeeded(passes.run(module));
}

void runPipelines(ModuleOp module, const Variant &variant, Listener &listener) {
  auto stage = [&](llvm::function_ref<void(OpPassManager &)> build) {
    return runPasses(module, listener, build);
  };
  bool done = stage([&](OpPassManager &passes) {
                buildToGroupsPipeline(passes, variant.options);
              }) &&
              stage(buildToKernelsPipeline);
  if (done && variant.isGPU)
    stage(buildToGPUPipeline);
  else if (done)
    stage(buildToLoopsPipeline) &&
        stage([](OpPassManager &passes) { buildToLLVMPipeline(passes); });
  if (StringRef(listener.messages).contains("illegal fusion"))
    fail("the plan of fusion is refused", listener.messages);
}

} // namespace

/// The context of this run, made anew from time to time.
static MLIRContext *getContext(bool isNewRun) {
  static std::unique_ptr<MLIRContext> context;
  static unsigned runs = 0;
  if (!context || (isNewRun && ++runs % kRunsPerContext == 0))
    context = makeContext();
  return context.get();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext *context = getContext(/*isNewRun=*/true);
  StringRef input(reinterpret_cast<const char *>(data), size);
  if (size > kMaxBytes || crashesUpstream(input))
    return -1;
  Listener listener(context);
  OwningOpRef<ModuleOp> module = parse(input, context);
  if (!module)
    return -1; // changes of it would hardly ever be programs again
  runPipelines(*module, Variant(input), listener);
  return 0;
}

//===----------------------------------------------------------------------===//
// Mutations
//===----------------------------------------------------------------------===//

static bool isBytecode(StringRef input) { return input.starts_with("ML\xEFR"); }

/// Bytecode as text. Upstream's reader trusts its input: bytes changed at
/// random crash it, before anything of ours is reached. So programs are
/// changed, and written as bytecode again.
static std::string asText(StringRef input) {
  if (!isBytecode(input))
    return input.str();
  std::string text;
  llvm::raw_string_ostream os(text);
  Listener listener(getContext(/*isNewRun=*/false));
  if (OwningOpRef<ModuleOp> module =
          parse(input, getContext(/*isNewRun=*/false)))
    module->print(os);
  return text;
}

/// The text as bytecode, or itself where it does not parse.
static std::string asBytecode(std::string text) {
  Listener listener(getContext(/*isNewRun=*/false));
  if (crashesUpstream(text))
    return text;
  OwningOpRef<ModuleOp> module = parse(text, getContext(/*isNewRun=*/false));
  if (!module)
    return text;
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  return succeeded(writeBytecodeToFile(*module, os)) ? bytes : text;
}

/// A part of bytecode would not be a program: such a result is not used.
static size_t store(StringRef result, uint8_t *out, size_t max) {
  if (isBytecode(result) && result.size() > max)
    return 0;
  size_t length = std::min(result.size(), max);
  std::copy_n(result.begin(), length, out);
  return length;
}

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t max, unsigned seed) {
  StringRef input(reinterpret_cast<const char *>(data), size);
  if (seed % 10 == 0 && !isBytecode(input)) {
    size_t length = LLVMFuzzerMutate(data, size, max);
    return isBytecode({reinterpret_cast<char *>(data), length}) ? 0 : length;
  }
  std::string text = fuzz::mutateText(asText(input), seed);
  return store(isBytecode(input) ? asBytecode(text) : text, data, max);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t m,
                                            const uint8_t *second, size_t n,
                                            uint8_t *out, size_t max,
                                            unsigned seed) {
  StringRef into(reinterpret_cast<const char *>(first), m);
  StringRef from(reinterpret_cast<const char *>(second), n);
  std::string text = fuzz::crossText(asText(into), asText(from), seed);
  return store(isBytecode(into) ? asBytecode(text) : text, out, max);
}
