//===- PrintGraph.cpp - The operation graph as text or picture ------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/OperationGraph.h"
#include "elena/Transforms/Passes.h"

namespace elena {
#define GEN_PASS_DEF_PRINTGRAPH
#include "elena/Transforms/Passes.h.inc"
} // namespace elena

using namespace mlir;
using namespace elena;

namespace {
struct PrintGraph : elena::impl::PrintGraphBase<PrintGraph> {
  using PrintGraphBase::PrintGraphBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (format == "text" || format == "dot" || format == "json")
      return success();
    return emitError(UnknownLoc::get(context))
           << "tensorref-print-graph: format is 'text', 'dot' or 'json', not '"
           << format << "'";
  }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      print(function);
    markAllAnalysesPreserved();
  }

  void print(func::FuncOp function) {
    FailureOr<OperationGraph> graph = OperationGraph::build(function);
    if (failed(graph)) {
      function.emitRemark("no operation graph: the body is not one block");
      return;
    }
    // In one piece: the error stream has no buffer.
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (format == "json") {
      graph->printJSON(stream);
      stream << '\n';
    } else if (format == "dot")
      graph->printDot(stream);
    else
      graph->print(stream);
    llvm::errs() << text;
  }
};
} // namespace
