//===- Session.h - recycled compiler state ----------------------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TARGET_SESSION_H
#define ELENA_LIB_TARGET_SESSION_H

#include "elena/Target/Codegen.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <memory>
#include <string>

namespace elena {

/// An MLIR context with the dialects loaded, the pipelines that have run in it,
/// and code generators by target.
/// Used by one compilation at a time and then recycled: making one costs
/// milliseconds.
class Session {
public:
  Session();
  ~Session();

  mlir::MLIRContext &getContext() { return context; }
  llvm::Expected<llvm::TargetMachine *> getMachine(const TargetSpec &spec);

  /// The pipeline of that name, which is built once: a canonicalizer takes
  /// longer to collect its patterns than to run over a small program.
  mlir::PassManager &
  getPipeline(llvm::StringRef name,
              llvm::function_ref<void(mlir::PassManager &)> build);

  /// Counts the compilations; contexts keep every type and attribute for ever,
  /// so a session retires after many.
  unsigned uses = 0;
  /// Milliseconds that the pipelines have spent on checking plans of fusion.
  double checkTime = 0;

private:
  mlir::MLIRContext context;
  llvm::StringMap<std::unique_ptr<mlir::PassManager>> pipelines;
  std::map<std::string, std::unique_ptr<llvm::TargetMachine>> machines;
};

/// A session for the lifetime of this object, from the pool of the process.
/// Collects the diagnostics of its context meanwhile.
class SessionLease {
public:
  SessionLease();
  ~SessionLease();

  Session &operator*() { return *session; }
  Session *operator->() { return session.get(); }
  /// An error with `what` and all diagnostics so far.
  llvm::Error makeError(const llvm::Twine &what);

private:
  std::unique_ptr<Session> session;
  std::string diagnostics;
  std::unique_ptr<mlir::ScopedDiagnosticHandler> handler;
};

} // namespace elena

#endif // ELENA_LIB_TARGET_SESSION_H
