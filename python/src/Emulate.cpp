//===- Emulate.cpp - the class Emulator -----------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the kernels of a compiled function on the host. Python drives it (see
// elena/testing/emulator.py): the host entry calls back into Python to launch,
// which calls `launch` here.
//
//===----------------------------------------------------------------------===//

#include "Emulate.h"
#include "elena/Pipelines/GPUPipeline.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Target/Emulator.h"
#include "elena/Target/PTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

namespace nb = nanobind;
using namespace nb::literals;
using namespace elena;

/// Threads per block of every kernel (see elena-kernels-to-gpu).
static constexpr uint32_t blockSize = 256;

[[noreturn]] static void raise(const std::string &message) {
  throw std::runtime_error("GPU emulator: " + message);
}

template <typename T> static T unwrap(llvm::Expected<T> value) {
  if (!value)
    raise(llvm::toString(value.takeError()));
  return std::move(*value);
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

/// Lowers a module of kernels; returns its only gpu.module.
static mlir::gpu::GPUModuleOp lowerKernels(mlir::ModuleOp module) {
  mlir::PassManager passes(module.getContext());
  buildToGPUPipeline(passes);
  if (mlir::failed(passes.run(module)))
    return {};
  auto gpuModules = module.getOps<mlir::gpu::GPUModuleOp>();
  return gpuModules.empty() ? mlir::gpu::GPUModuleOp() : *gpuModules.begin();
}

/// Loads the kernels of `text`, a program at the level "kernels". Null if it
/// has none.
static std::unique_ptr<Emulator> loadKernels(const std::string &text) {
  mlir::DialectRegistry registry;
  registerAllElenaDialects(registry);
  registerPTXTranslations(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  std::string problems;
  mlir::ScopedDiagnosticHandler handler(&context,
                                        [&](mlir::Diagnostic &diagnostic) {
                                          problems += diagnostic.str() + "\n";
                                        });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module)
    raise(problems);
  mlir::gpu::GPUModuleOp kernels = lowerKernels(*module);
  if (!problems.empty())
    raise(problems);
  if (!kernels)
    return nullptr;
  auto llvmContext = std::make_unique<llvm::LLVMContext>();
  auto translated = translateGPUModuleToLLVM(kernels, *llvmContext);
  if (mlir::failed(translated))
    raise(problems);
  return unwrap(
      Emulator::create(std::move(*translated), std::move(llvmContext)));
}

//===----------------------------------------------------------------------===//
// The class
//===----------------------------------------------------------------------===//

namespace {
/// An emulator as Python sees it: kernels have numbers, addresses are ints.
class PyEmulator {
public:
  explicit PyEmulator(const std::string &kernels)
      : emulator(loadKernels(kernels)) {
    if (emulator)
      names = emulator->getKernels();
  }

  nb::list kernels() const {
    nb::list list;
    for (const std::string &name : names)
      list.append(name);
    return list;
  }

  /// Forgets memory and findings, not the code.
  void reset() {
    if (!emulator)
      return;
    emulator->clearRanges();
    emulator->clearReports();
  }

  void addRange(uintptr_t start, size_t bytes, const std::string &name,
                bool writable) {
    if (emulator)
      emulator->addRange(reinterpret_cast<const void *>(start), bytes, name,
                         writable);
  }

  void launch(size_t kernel, int64_t threads, uintptr_t params, uint64_t seed) {
    if (kernel >= names.size())
      raise("there is no kernel number " + std::to_string(kernel));
    if (threads <= 0)
      return;
    Dim3 grid{uint32_t((threads + blockSize - 1) / blockSize)};
    if (llvm::Error error =
            emulator->launch(names[kernel], grid, {blockSize},
                             reinterpret_cast<void *const *>(params), seed))
      raise(llvm::toString(std::move(error)));
  }

  /// The findings as sentences.
  nb::list reports() const {
    nb::list list;
    if (!emulator)
      return list;
    for (const EmulatorReport &report : emulator->getReports())
      list.append(report.message);
    uint64_t more = emulator->getNumFindings() - emulator->getReports().size();
    if (more)
      list.append("and " + std::to_string(more) + " more");
    return list;
  }

  uint64_t accesses() const {
    return emulator ? emulator->getNumAccesses() : 0;
  }

private:
  std::unique_ptr<Emulator> emulator;
  std::vector<std::string> names;
};
} // namespace

void elena::python::bindEmulator(nb::module_ &module) {
  nb::class_<PyEmulator>(
      module, "Emulator",
      "Runs the kernels of a compiled function on the host and checks every "
      "memory access. For tests.")
      .def(nb::init<const std::string &>(), "kernels"_a,
           "kernels: Compiled.text(\"kernels\").")
      .def_prop_ro("kernels", &PyEmulator::kernels)
      .def("reset", &PyEmulator::reset,
           "Forgets the registered memory, the findings and the counts.")
      .def("add_range", &PyEmulator::addRange, "start"_a, "bytes"_a, "name"_a,
           "writable"_a = true, "Memory that kernels may touch.")
      .def("launch", &PyEmulator::launch, "kernel"_a, "threads"_a, "params"_a,
           "seed"_a = 0,
           "Runs kernel number `kernel`; params: address of the array of "
           "pointers to its parameters.")
      .def_prop_ro("reports", &PyEmulator::reports,
                   "What the launches found; empty for clean kernels.")
      .def_prop_ro("accesses", &PyEmulator::accesses,
                   "How many loads and stores were checked.");
}
