//===- OperationGraphLoops.h - From iteration to iteration ------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_ANALYSIS_OPERATIONGRAPHLOOPS_H
#define ELENA_LIB_ANALYSIS_OPERATIONGRAPHLOOPS_H

#include "elena/Analysis/OperationGraph.h"
#include "elena/Analysis/SymbolicViews.h"

namespace elena {

/// Fills in the carried edges of the graph of a function.
class CarriedEdgeFinder {
public:
  CarriedEdgeFinder(OperationGraph &graph, SymbolicViews &views)
      : graph(graph), views(views), alias(getArgumentAlias(graph.function)) {}

  void run() { visit(graph); }

private:
  void visit(const OperationGraph &inner);
  void addEdges(mlir::Operation *loop, llvm::ArrayRef<const GraphNode *> nodes);

  OperationGraph &graph;
  SymbolicViews &views;
  ArgumentAlias alias;
};

} // namespace elena

#endif // ELENA_LIB_ANALYSIS_OPERATIONGRAPHLOOPS_H
