//===- Session.cpp - recycled compiler state ------------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"
#include "elena/Dialect/TensorRef/IR/TensorRef.h"
#include "elena/Pipelines/Pipelines.h"
#include "elena/Target/PTX.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Target/TargetMachine.h"
#include <cstdlib>
#include <mutex>

using namespace elena;
using namespace mlir;

static const DialectRegistry &compilerRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry result;
    registerAllElenaDialects(result);
    registerBuiltinDialectTranslation(result);
    registerLLVMDialectTranslation(result);
    registerPTXTranslations(result);
    return result;
  }();
  return registry;
}

Session::Session()
    : context(compilerRegistry(), MLIRContext::Threading::DISABLED) {
  context
      .loadDialect<tensorref::TensorRefDialect, arith::ArithDialect,
                   func::FuncDialect, math::MathDialect, memref::MemRefDialect,
                   scf::SCFDialect, LLVM::LLVMDialect>();
}

Session::~Session() = default;

/// Between the passes the IR is verified only on request: it takes a tenth of
/// the compile time.
static bool wantsVerifier() {
  static const bool wanted = [] {
    const char *value = std::getenv("ELENA_VERIFY");
    return value && llvm::StringRef(value) != "0";
  }();
  return wanted;
}

PassManager &
Session::getPipeline(llvm::StringRef name,
                     llvm::function_ref<void(PassManager &)> build) {
  std::unique_ptr<PassManager> &passes = pipelines[name];
  if (!passes) {
    passes = std::make_unique<PassManager>(&context);
    passes->enableVerifier(wantsVerifier());
    build(*passes);
  }
  return *passes;
}

llvm::Expected<llvm::TargetMachine *>
Session::getMachine(const TargetSpec &spec) {
  std::string key = spec.triple + "|" + spec.cpu + "|" + spec.features;
  std::unique_ptr<llvm::TargetMachine> &machine = machines[key];
  if (!machine) {
    auto made = createTargetMachine(spec);
    if (!made)
      return made.takeError();
    machine = std::move(*made);
  }
  return machine.get();
}

//===----------------------------------------------------------------------===//
// The pool
//===----------------------------------------------------------------------===//

/// How often a session is used before its memory is given back.
static constexpr unsigned kMaxUses = 512;
/// How many idle sessions are kept.
static constexpr size_t kMaxIdle = 2;

namespace {
struct SessionPool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Session>> idle;
};
} // namespace

/// Never destroyed: threads may still compile while the process exits.
static SessionPool &sessionPool() {
  static SessionPool *pool = new SessionPool();
  return *pool;
}

static void printDiagnostic(const Diagnostic &diagnostic,
                            llvm::raw_ostream &os) {
  Location location = diagnostic.getLocation();
  if (!isa<UnknownLoc>(location)) {
    std::string text;
    llvm::raw_string_ostream(text) << location;
    // loc("f.py":1:2) -> f.py:1:2
    llvm::StringRef plain(text);
    if (plain.consume_front("loc("))
      plain.consume_back(")");
    for (char c : plain)
      if (c != '"')
        os << c;
    os << ": ";
  }
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    os << "error: ";
    break;
  case DiagnosticSeverity::Warning:
    os << "warning: ";
    break;
  default:
    os << "note: ";
  }
  os << diagnostic << "\n";
  for (const Diagnostic &note : diagnostic.getNotes())
    printDiagnostic(note, os);
}

SessionLease::SessionLease() {
  SessionPool &pool = sessionPool();
  {
    std::lock_guard<std::mutex> lock(pool.mutex);
    if (!pool.idle.empty()) {
      session = std::move(pool.idle.back());
      pool.idle.pop_back();
    }
  }
  if (!session)
    session = std::make_unique<Session>();
  ++session->uses;
  handler = std::make_unique<ScopedDiagnosticHandler>(
      &session->getContext(), [this](Diagnostic &diagnostic) {
        // Remarks are for `explain`, not for errors.
        if (diagnostic.getSeverity() != DiagnosticSeverity::Remark) {
          llvm::raw_string_ostream os(diagnostics);
          printDiagnostic(diagnostic, os);
        }
        return success();
      });
}

SessionLease::~SessionLease() {
  handler.reset();
  if (session->uses >= kMaxUses)
    return;
  SessionPool &pool = sessionPool();
  std::lock_guard<std::mutex> lock(pool.mutex);
  if (pool.idle.size() < kMaxIdle)
    pool.idle.push_back(std::move(session));
}

llvm::Error SessionLease::makeError(const llvm::Twine &what) {
  std::string text = what.str();
  if (!diagnostics.empty())
    text += "\n" + llvm::StringRef(diagnostics).rtrim().str();
  return llvm::createStringError(text);
}
