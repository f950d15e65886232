//===- Compiled.cpp - compile() and the class Compiled --------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiled.h"
#include "elena/Target/Compiler.h"
#include "elena/Target/ObjectFile.h"
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

namespace nb = nanobind;
using namespace nb::literals;
using namespace elena;

/// elena.CompileError; a borrowed reference that lives as long as the module.
static PyObject *compileError = nullptr;

[[noreturn]] static void raise(PyObject *type, llvm::Error error) {
  std::string text = llvm::toString(std::move(error));
  PyErr_SetString(type, text.c_str());
  throw nb::python_error();
}

template <typename T> static T unwrap(llvm::Expected<T> value) {
  if (!value)
    raise(compileError, value.takeError());
  return std::move(*value);
}

//===----------------------------------------------------------------------===//
// compile
//===----------------------------------------------------------------------===//

static std::unique_ptr<CompiledModule>
compile(std::string text, std::string alias, std::string fuse,
        std::vector<std::string> without, std::string target, std::string chip,
        std::string cpu, std::string features, std::string triple,
        bool countTraffic, std::vector<std::string> ignore, bool strict,
        std::optional<int64_t> leastWork, bool unaligned) {
  CompileOptions options;
  options.leastWork = leastWork;
  options.unaligned = unaligned;
  options.ignore = std::move(ignore);
  options.strict = strict;
  options.countTraffic = countTraffic;
  options.alias = std::move(alias);
  options.fuse = std::move(fuse);
  options.without = std::move(without);
  options.target = std::move(target);
  options.chip = std::move(chip);
  options.machine = {std::move(triple), std::move(cpu), std::move(features)};
  auto compiled = [&] {
    nb::gil_scoped_release release;
    return CompiledModule::compile(std::move(text), std::move(options));
  }();
  return unwrap(std::move(compiled));
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

static nb::list toList(const std::vector<std::string> &items) {
  nb::list list;
  for (const std::string &item : items)
    list.append(item);
  return list;
}

static nb::list kernelsOf(const CompiledModule &self) {
  nb::list list;
  for (const KernelInfo &kernel : self.getKernels()) {
    nb::dict entry;
    entry["name"] = kernel.name;
    entry["reads"] = toList(kernel.reads);
    entry["writes"] = toList(kernel.writes);
    entry["bytes"] = kernel.bytes;
    entry["stages"] = kernel.stages;
    list.append(entry);
  }
  return list;
}

static nb::list temporariesOf(const CompiledModule &self) {
  nb::list list;
  for (const TemporaryInfo &temporary : self.getTemporaries()) {
    nb::dict entry;
    entry["type"] = temporary.type;
    entry["bytes"] = temporary.bytes;
    entry["location"] = temporary.location;
    list.append(entry);
  }
  return list;
}

static nb::list checksOf(const CompiledModule &self) {
  nb::list list;
  for (const CheckInfo &check : self.getChecks())
    list.append(nb::make_tuple(check.kind, check.message));
  return list;
}

static nb::dict timingsOf(const CompiledModule &self) {
  nb::dict timings;
  for (const auto &[stage, milliseconds] : self.getTimings())
    timings[stage.c_str()] = milliseconds;
  return timings;
}

static nb::list wordsOf(const std::vector<WordsInfo> &infos) {
  nb::list list;
  for (const WordsInfo &info : infos) {
    nb::dict entry;
    entry["rank"] = info.rank;
    entry["element_type"] = info.elementType;
    nb::list sizes;
    for (int64_t size : info.sizes)
      sizes.append(size < 0 ? nb::none() : nb::object(nb::int_(size)));
    entry["sizes"] = nb::tuple(sizes);
    list.append(entry);
  }
  return list;
}

static std::vector<int64_t> measureTemporaries(const CompiledModule &self,
                                               std::vector<int64_t> words) {
  auto bytes = [&] {
    nb::gil_scoped_release release;
    return self.measureTemporaries(words);
  }();
  return unwrap(std::move(bytes));
}

static nb::object trafficOf(const CompiledModule &self) {
  if (!self.getTraffic())
    return nb::none();
  nb::list list;
  for (const KernelTraffic &kernel : self.getTraffic()->getKernels()) {
    nb::dict entry;
    entry["name"] = kernel.name;
    entry["launches"] = kernel.launches;
    entry["loads"] = kernel.loads;
    entry["stores"] = kernel.stores;
    entry["read"] = kernel.getRead();
    entry["written"] = kernel.getWritten();
    list.append(entry);
  }
  return list;
}

static void resetTraffic(const CompiledModule &self) {
  if (self.getTraffic())
    self.getTraffic()->reset();
}

static nb::bytes objectOf(const CompiledModule &self) {
  return nb::bytes(self.getObject().data(), self.getObject().size());
}

static std::string textOf(const CompiledModule &self,
                          const std::string &level) {
  auto text = [&] {
    nb::gil_scoped_release release;
    return self.getText(level);
  }();
  return unwrap(std::move(text));
}

static std::string ptxOf(const CompiledModule &self) {
  return textOf(self, "ptx");
}

//===----------------------------------------------------------------------===//
// save
//===----------------------------------------------------------------------===//

static llvm::Error writeText(llvm::StringRef path, llvm::StringRef text) {
  return writeFile(path, {text.data(), text.size()});
}

/// Writes the header of a saved library beside it.
static llvm::Error writeHeader(const CompiledModule &self,
                               llvm::StringRef path) {
  return writeText((path.substr(0, path.rfind('.')) + ".h").str(),
                   self.getCHeader());
}

static llvm::Error save(const CompiledModule &self, llvm::StringRef path) {
  llvm::StringRef suffix = path.substr(std::min(path.rfind('.'), path.size()));
  static const std::pair<llvm::StringRef, llvm::StringRef> texts[] = {
      {".mlir", "tensorref"}, {".ll", "llvm"}, {".s", "asm"}, {".ptx", "ptx"}};
  for (auto [name, level] : texts) {
    if (suffix != name)
      continue;
    auto text = self.getText(level);
    return text ? writeText(path, *text) : text.takeError();
  }
  if (suffix == ".h")
    return writeText(path, self.getCHeader());
  if (suffix != ".o" && suffix != ".so")
    return llvm::createStringError(
        "cannot save '" + path +
        "': the name must end in .mlir, .ll, .s, .ptx, .h, .o or .so");
  if (llvm::Error error = suffix == ".o"
                              ? writeFile(path, self.getObject())
                              : linkSharedLibrary(self.getObject(), path))
    return error;
  return writeHeader(self, path);
}

static void saveTo(const CompiledModule &self, const std::string &path) {
  llvm::Error error = [&] {
    nb::gil_scoped_release release;
    return save(self, path);
  }();
  if (error)
    raise(PyExc_OSError, std::move(error));
}

//===----------------------------------------------------------------------===//
// Bindings
//===----------------------------------------------------------------------===//

static nb::dict hostInfo() {
  const TargetSpec &spec = TargetSpec::host();
  nb::dict info;
  info["triple"] = spec.triple;
  info["cpu"] = spec.cpu;
  info["features"] = spec.features;
  return info;
}

static void bindClass(nb::module_ &module) {
  nb::class_<CompiledModule>(
      module, "Compiled", nb::is_weak_referenceable(),
      "A compiled function. Its code is freed with this object.")
      .def_prop_ro(
          "entry",
          [](const CompiledModule &self) {
            return reinterpret_cast<uintptr_t>(self.getEntry());
          },
          "Address of the entry (elena.h, ElenaEntry); 0 if the code is for "
          "another machine.")
      .def_prop_ro("entry_name", &CompiledModule::getEntryName)
      .def_prop_ro(
          "kernels", kernelsOf,
          "One dict per kernel: name, reads, writes, bytes (-1: known at "
          "run time only), stages.")
      .def_prop_ro("temporaries", temporariesOf,
                   "One dict per temporary storage: type, bytes, location.")
      .def_prop_ro("checks", checksOf, "(exception name, message) by number.")
      .def_prop_ro("timings", timingsOf, "Milliseconds per stage, in order.")
      .def_prop_ro("arguments",
                   [](const CompiledModule &self) {
                     return wordsOf(self.getArguments());
                   })
      .def_prop_ro(
          "results",
          [](const CompiledModule &self) { return wordsOf(self.getResults()); })
      .def_prop_ro(
          "target",
          [](const CompiledModule &self) { return self.getOptions().target; })
      .def_prop_ro(
          "chip",
          [](const CompiledModule &self) { return self.getOptions().chip; })
      .def_prop_ro("traffic", trafficOf,
                   "With count_traffic: one dict per kernel with bytes: loads "
                   "and stores (all), read and written (each byte once per "
                   "launch); and launches.")
      .def("reset_traffic", resetTraffic)
      .def("measure_temporaries", measureTemporaries, "words"_a,
           "The bytes of each temporary in a call with these argument words; "
           "-1 where they depend on data.")
      .def("text", textOf, "level"_a,
           "The program at a level: tensorref, group, kernels, loops, "
           "llvm-dialect, llvm, asm or ptx.")
      .def("object", objectOf, "The object file, as bytes.")
      .def("ptx", ptxOf, "The PTX of the kernels (target=\"cuda\").")
      .def("c_header", &CompiledModule::getCHeader,
           "A C header for the entry; nothing else is needed to call it.")
      .def("save", saveTo, "path"_a,
           "Writes .mlir, .ll, .s, .ptx, .h, .o or .so; a .o or .so comes with "
           "a .h beside it.");
}

void elena::python::bindCompiled(nb::module_ &module) {
  compileError = PyErr_NewExceptionWithDoc(
      "elena.CompileError", "The compiler refused its input, or failed.",
      PyExc_RuntimeError, nullptr);
  if (!compileError)
    throw nb::python_error();
  module.attr("CompileError") = nb::steal(compileError);

  bindClass(module);
  module.def("compile", compile, "text"_a, nb::kw_only(), "alias"_a = "apart",
             "fuse"_a = "full", "without"_a = std::vector<std::string>(),
             "target"_a = "cpu", "chip"_a = "sm_90", "cpu"_a = "",
             "features"_a = "", "triple"_a = "", "count_traffic"_a = false,
             "ignore"_a = std::vector<std::string>(), "strict"_a = false,
             "least_work"_a = nb::none(), "unaligned"_a = false,
             "Compiles a module in the tensorref dialect. Raises CompileError "
             "with MLIR's diagnostics.");
  module.def("host", hostInfo, "The machine: triple, cpu, features.");
}
