//===- Interpret.cpp - the class Interpreter ------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plans a program and interprets the plan. The dispatcher calls addresses of C
// functions, so each interpreter that asks for an entry gets one of a table of
// functions that differ in nothing but whom they call.
//
//===----------------------------------------------------------------------===//

#include "Interpret.h"
#include "elena/Interpreter/Interpreter.h"
#include "elena/Pipelines/Pipelines.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
#include <chrono>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <utility>

namespace nb = nanobind;
using namespace nb::literals;
using namespace elena;

/// elena.InterpreterError; a borrowed reference that lives as long as the
/// module.
static PyObject *interpreterError = nullptr;

[[noreturn]] static void raise(const std::string &message) {
  PyErr_SetString(interpreterError, message.c_str());
  throw nb::python_error();
}

//===----------------------------------------------------------------------===//
// Planning
//===----------------------------------------------------------------------===//

namespace {
/// A context and the pipelines in it, for many programs.
class Workshop {
public:
  Workshop() : context(registry(), mlir::MLIRContext::Threading::DISABLED) {
    context.loadAllAvailableDialects();
  }

  mlir::MLIRContext context;

  mlir::LogicalResult plan(mlir::ModuleOp module, const std::string &alias,
                           const std::string &fuse,
                           const std::vector<std::string> &without,
                           const std::vector<std::string> &ignore,
                           bool strict) {
    auto &passes =
        pipelines[alias + " " + fuse + " " + llvm::join(without, ",") + " " +
                  llvm::join(ignore, ",") + (strict ? "!" : "")];
    if (!passes) {
      passes = std::make_unique<mlir::PassManager>(&context);
      passes->enableVerifier(false);
      ToGroupsOptions options;
      options.alias = alias;
      options.fuse = fuse;
      for (const std::string &move : without)
        options.without.push_back(move);
      for (const std::string &predicate : ignore)
        options.ignore.push_back(predicate);
      options.strict = strict;
      buildToGroupsPipeline(*passes, options);
    }
    return passes->run(module);
  }

  /// The one in use. What a context has interned it keeps, so that it is
  /// replaced now and then.
  static std::shared_ptr<Workshop> current() {
    static std::shared_ptr<Workshop> shared;
    static unsigned uses = 0;
    constexpr unsigned kMostUses = 1000;
    if (!shared || ++uses > kMostUses) {
      shared = std::make_shared<Workshop>();
      uses = 0;
    }
    return shared;
  }

private:
  static const mlir::DialectRegistry &registry() {
    static const mlir::DialectRegistry made = [] {
      mlir::DialectRegistry result;
      registerAllElenaDialects(result);
      return result;
    }();
    return made;
  }

  llvm::StringMap<std::unique_ptr<mlir::PassManager>> pipelines;
};
} // namespace

//===----------------------------------------------------------------------===//
// The class
//===----------------------------------------------------------------------===//

namespace {
class PyInterpreter {
public:
  PyInterpreter(const std::string &text, const std::string &alias,
                const std::string &fuse,
                const std::vector<std::string> &without, bool planned,
                const std::vector<std::string> &ignore, bool strict);
  ~PyInterpreter();

  int32_t run(uintptr_t args, uintptr_t results, uintptr_t runtime,
              uint64_t givenSeed) {
    auto status = interpreter->run(reinterpret_cast<const int64_t *>(args),
                                   reinterpret_cast<int64_t *>(results),
                                   reinterpret_cast<ElenaRuntime *>(runtime),
                                   {givenSeed, findConflicts});
    if (!status)
      raise(llvm::toString(status.takeError()));
    return *status;
  }

  /// For the dispatcher: an error becomes a status, and is kept.
  int32_t enter(const int64_t *args, int64_t *results, ElenaRuntime *runtime) {
    auto status =
        interpreter->run(args, results, runtime, {seed, findConflicts});
    if (status)
      return *status;
    error = llvm::toString(status.takeError());
    return ELENA_LAUNCH;
  }

  uintptr_t getEntry();

  nb::list checks() const {
    nb::list list;
    for (const Interpreter::Check &check : interpreter->getChecks())
      list.append(nb::make_tuple(check.kind, check.message));
    return list;
  }

  std::string plan() {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os);
    return text;
  }

  nb::dict timings() const {
    nb::dict dict;
    for (auto [name, microseconds] : spent)
      dict[name] = microseconds;
    return dict;
  }

  uint64_t seed = 0;
  bool findConflicts = true;
  std::string error;

private:
  void measure(const char *name) {
    auto now = std::chrono::steady_clock::now();
    spent.emplace_back(
        name, std::chrono::duration<double, std::micro>(now - start).count());
    start = now;
  }

  std::shared_ptr<Workshop> workshop = Workshop::current();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<Interpreter> interpreter;
  std::chrono::steady_clock::time_point start =
      std::chrono::steady_clock::now();
  std::vector<std::pair<const char *, double>> spent;
  int thunk = -1;
};
} // namespace

PyInterpreter::PyInterpreter(const std::string &text, const std::string &alias,
                             const std::string &fuse,
                             const std::vector<std::string> &without,
                             bool planned,
                             const std::vector<std::string> &ignore,
                             bool strict) {
  std::string problems;
  mlir::ScopedDiagnosticHandler handler(
      &workshop->context, [&](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Remark)
          problems += diagnostic.str() + "\n";
        return mlir::success();
      });
  // What people write is verified, what the front end writes is not.
  mlir::ParserConfig config(&workshop->context, /*verifyAfterParse=*/planned);
  module = mlir::parseSourceString<mlir::ModuleOp>(text, config);
  measure("parse");
  if (!module ||
      (!planned && mlir::failed(workshop->plan(*module, alias, fuse, without,
                                               ignore, strict))))
    raise("the program could not be planned\n" + problems);
  measure("plan");
  auto made = Interpreter::create(*module);
  if (!made)
    raise(llvm::toString(made.takeError()));
  interpreter = std::move(*made);
  measure("translate");
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

static constexpr int kThunks = 1024;
/// Whom each of the functions calls.
static std::array<PyInterpreter *, kThunks> callees;

template <int number>
static int32_t thunk(const int64_t *args, int64_t *results,
                     ElenaRuntime *runtime) {
  return callees[number]->enter(args, results, runtime);
}

template <int... numbers>
static constexpr std::array<ElenaEntry, kThunks>
makeThunks(std::integer_sequence<int, numbers...>) {
  return {thunk<numbers>...};
}

static constexpr std::array<ElenaEntry, kThunks> thunks =
    makeThunks(std::make_integer_sequence<int, kThunks>());

uintptr_t PyInterpreter::getEntry() {
  if (thunk < 0) {
    auto *free = llvm::find(callees, nullptr);
    if (free == callees.end()) {
      // Those that nobody can reach any more give theirs back.
      PyGC_Collect();
      free = llvm::find(callees, nullptr);
    }
    if (free == callees.end())
      raise("more than " + std::to_string(kThunks) +
            " interpreters are in use: drop some");
    *free = this;
    thunk = free - callees.begin();
  }
  return reinterpret_cast<uintptr_t>(thunks[thunk]);
}

PyInterpreter::~PyInterpreter() {
  if (thunk >= 0)
    callees[thunk] = nullptr;
}

//===----------------------------------------------------------------------===//
// Bindings
//===----------------------------------------------------------------------===//

void elena::python::bindInterpreter(nb::module_ &module) {
  interpreterError = PyErr_NewExceptionWithDoc(
      "elena.InterpreterError",
      "An interpreted program did what no correct program does.",
      PyExc_RuntimeError, nullptr);
  if (!interpreterError)
    throw nb::python_error();
  module.attr("InterpreterError") = nb::steal(interpreterError);
  nb::class_<PyInterpreter>(
      module, "Interpreter",
      "Plans a program (elena-to-groups) and runs the plan without compiling "
      "it. For tests.")
      .def(nb::init<const std::string &, const std::string &,
                    const std::string &, const std::vector<std::string> &, bool,
                    const std::vector<std::string> &, bool>(),
           "text"_a, nb::kw_only(), "alias"_a = "apart", "fuse"_a = "full",
           "without"_a = std::vector<std::string>(), "planned"_a = false,
           "ignore"_a = std::vector<std::string>(), "strict"_a = false,
           "planned: the text is in group form already.")
      .def("run", &PyInterpreter::run, "args"_a, "results"_a, "runtime"_a,
           "seed"_a = 0,
           "Calls the entry with addresses, as elena.h says; a status.")
      .def_prop_ro("entry", &PyInterpreter::getEntry,
                   "Address of a C function (elena.h, ElenaEntry) that runs "
                   "the program with `seed`, as long as this object lives.")
      .def_rw("seed", &PyInterpreter::seed)
      .def_rw("find_conflicts", &PyInterpreter::findConflicts)
      .def_rw("error", &PyInterpreter::error,
              "What went wrong when `entry` last returned ELENA_LAUNCH.")
      .def_prop_ro("checks", &PyInterpreter::checks)
      .def_prop_ro("plan", &PyInterpreter::plan, "The program in group form.")
      .def_prop_ro("timings", &PyInterpreter::timings,
                   "Microseconds to make this object, by step.");
}
