//===- Compiler.cpp - from tensorref text to running code -----------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Compiler.h"
#include "Compilation.h"
#include "elena/Analysis/OperationGraph.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Target/Jit.h"
#include "elena/Transforms/Fusion/FusionReport.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace elena;
using namespace llvm;

CompiledModule::~CompiledModule() = default;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

static Error checkOptions(const CompileOptions &options) {
  if (!parseAssumedArguments(options.alias))
    return createStringError(
        "alias must be \"apart\", \"overlap\" or like \"same:0,0,2\", not \"" +
        options.alias + "\"");
  if (options.fuse != "full" && options.fuse != "noviews" &&
      options.fuse != "none")
    return createStringError(
        "fuse must be \"full\", \"noviews\" or \"none\", not \"" +
        options.fuse + "\"");
  if (options.target != "cpu" && options.target != "cuda")
    return createStringError("target must be \"cpu\" or \"cuda\", not \"" +
                             options.target + "\"");
  if (options.countTraffic && options.target != "cpu")
    return createStringError("traffic is counted with target=\"cpu\" only");
  return Error::success();
}

void Compilation::describeSignature(CompiledModule &compiled) {
  compiled.entryName = entryName;
  auto function = module->lookupSymbol<mlir::func::FuncOp>(entryName);
  compiled.arguments = describeTypes(function.getArgumentTypes());
  compiled.results = describeTypes(function.getResultTypes());
}

void Compilation::describeChecks(CompiledModule &compiled) {
  auto table =
      (*module)->getAttrOfType<mlir::ArrayAttr>(tensorref::kChecksAttr);
  if (!table)
    return;
  for (mlir::Attribute entry : table) {
    auto pair = mlir::cast<mlir::ArrayAttr>(entry);
    compiled.checks.push_back({mlir::cast<mlir::StringAttr>(pair[0]).str(),
                               mlir::cast<mlir::StringAttr>(pair[1]).str()});
  }
}

static std::unique_ptr<TrafficCounter>
makeCounter(ArrayRef<KernelInfo> kernels) {
  std::vector<std::string> names;
  for (const KernelInfo &kernel : kernels)
    names.push_back(kernel.name);
  return std::make_unique<TrafficCounter>(std::move(names));
}

Error Compilation::run(CompiledModule &compiled) {
  Compilation compilation(compiled.options);
  if (Error error = compilation.parse(compiled.source))
    return error;
  compilation.describeSignature(compiled);
  if (Error error = compilation.lowerTo(Level::Group))
    return error;
  compiled.kernels = collectKernels(compilation.getModule());
  compiled.temporaries = collectTemporaries(compilation.getModule());
  if (Error error = compilation.lowerTo(Level::Kernels))
    return error;
  nameKernels(compilation.getModule(), compiled.kernels);
  if (Error error = compilation.lowerTo(Level::LLVMDialect))
    return error;
  compilation.describeChecks(compiled);
  compiled.ptx = std::move(compilation.ptx);
  if (Error error = compilation.toLLVM())
    return error;
  if (compiled.options.countTraffic)
    compiled.traffic = makeCounter(compiled.kernels);
  if (Error error = compilation.optimizeLLVM(compiled.traffic.get()))
    return error;
  if (Error error = compilation.emit(compiled.object))
    return error;
  compiled.timings = std::move(compilation.timings);
  return Error::success();
}

Expected<std::unique_ptr<CompiledModule>>
CompiledModule::compile(std::string text, CompileOptions options) {
  if (Error error = checkOptions(options))
    return error;
  std::unique_ptr<CompiledModule> compiled(new CompiledModule());
  compiled->source = std::move(text);
  compiled->options = std::move(options);
  if (Error error = Compilation::run(*compiled))
    return error;
  if (!compiled->options.machine.isHost())
    return compiled;

  StageTimer timer(compiled->timings, "jit");
  auto code = JitCode::load(compiled->object, compiled->entryName);
  if (!code)
    return code.takeError();
  auto address = (*code)->lookup(compiled->entryName);
  if (!address)
    return address.takeError();
  compiled->code = std::move(*code);
  compiled->entry = reinterpret_cast<ElenaEntry>(*address);
  return compiled;
}

Expected<std::vector<int64_t>>
CompiledModule::measureTemporaries(ArrayRef<int64_t> words) const {
  Compilation compilation(options);
  if (Error error = compilation.parse(source))
    return error;
  if (Error error = compilation.lowerTo(Level::Group))
    return error;
  return elena::measureTemporaries(compilation.getModule(), words);
}

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

static std::string printModule(mlir::ModuleOp module) {
  std::string text;
  raw_string_ostream os(text);
  module->print(os);
  os << "\n";
  return text;
}

static Expected<std::string> llvmText(Compilation &compilation,
                                      StringRef level) {
  if (Error error = compilation.lowerTo(Level::LLVMDialect))
    return error;
  if (Error error = compilation.toLLVM())
    return error;
  if (Error error = compilation.optimizeLLVM())
    return error;
  if (level == "asm") {
    SmallString<0> text;
    if (Error error = compilation.emit(text, /*assembly=*/true))
      return error;
    return text.str().str();
  }
  std::string text;
  raw_string_ostream os(text);
  compilation.getLLVMModule().print(os, nullptr);
  return text;
}

/// The account of fusion: a JSON list with an object per fused block.
static Expected<std::string> fusionText(CompileOptions options,
                                        StringRef source) {
  options.report = true;
  Compilation compilation(options);
  if (Error error = compilation.parse(source))
    return error;
  if (Error error = compilation.lowerTo(Level::Group))
    return error;
  std::string text;
  compilation.getModule().walk([&](mlir::func::FuncOp function) {
    auto reports =
        function->getAttrOfType<mlir::ArrayAttr>(fusion::kFusionReportAttr);
    if (!reports)
      return;
    for (auto report : reports.getAsRange<mlir::StringAttr>())
      text += (text.empty() ? "" : ",\n") + report.str();
  });
  return "[" + text + "]";
}

/// The operation graph of the entry, as JSON: of the program, or of what fusion
/// has made of it.
static Expected<std::string> graphText(Compilation &compilation, Level level) {
  if (Error error = compilation.lowerTo(level))
    return error;
  auto entry = compilation.getModule().lookupSymbol<mlir::func::FuncOp>(
      compilation.getEntryName());
  auto graph = OperationGraph::build(entry);
  if (mlir::failed(graph))
    return createStringError("the entry has branches: no operation graph");
  std::string text;
  raw_string_ostream os(text);
  graph->printJSON(os);
  return text;
}

Expected<std::string> CompiledModule::getText(StringRef level) const {
  if (level == "fusion")
    return fusionText(options, source);
  if (level == "ptx") {
    if (options.target != "cuda")
      return createStringError("there is PTX only with target=\"cuda\"");
    return ptx;
  }
  Compilation compilation(options);
  if (Error error = compilation.parse(source))
    return error;
  if (level == "graph")
    return graphText(compilation, Level::Group);
  if (level == "program-graph")
    return graphText(compilation, Level::TensorRef);
  if (level == "llvm" || level == "asm")
    return llvmText(compilation, level);

  static const std::pair<StringRef, Level> levels[] = {
      {"tensorref", Level::TensorRef},
      {"group", Level::Group},
      {"kernels", Level::Kernels},
      {"loops", Level::Loops},
      {"llvm-dialect", Level::LLVMDialect}};
  for (auto [name, wanted] : levels) {
    if (name != level)
      continue;
    if (Error error = compilation.lowerTo(wanted))
      return error;
    return printModule(compilation.getModule());
  }
  return createStringError(
      "no level '" + level +
      "': there are tensorref, group, kernels, loops, llvm-dialect, llvm, asm "
      "and ptx");
}
