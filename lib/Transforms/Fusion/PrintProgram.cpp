//===- PrintProgram.cpp - Programs as text --------------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A line for each storage and for each stage that is left:
//
//   storage s0: argument 0
//   stage 1 [3, 2] parallel, reduction: s1[4 + (1)*i0] =
//     reduce@12 {mulf}(s0[0 + (1)*i0], {-1 + (1)*i1 >= 0 ? copy@9 {}(...) :
//     ...})
//
// (in one line). An expression is an op of the source, its line, what its body
// computes, and what it takes.
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/FusionPlan.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace elena;
using namespace elena::fusion;

namespace {
class Printer {
public:
  Printer(llvm::raw_ostream &os, const FusionProgram &program)
      : os(os), program(program) {}

  void print(const Polynomial &value) {
    os << value.str(
        [&](Symbol symbol) { return program.getSymbols().getName(symbol); });
  }
  void print(const AffineForm &form);
  void print(ArrayRef<Input::Choice> choices);
  void print(const Input &input);
  void print(const Expression &expression);
  void print(const Stage &stage);
  void printStorage(unsigned storage);
  void printCells(size_t group, const PrivateStorage &storage);

private:
  void printLine(Location loc) {
    auto file = loc->findInstanceOf<FileLineColLoc>();
    os << "@" << (file ? file.getLine() : 0);
  }

  llvm::raw_ostream &os;
  const FusionProgram &program;
};
} // namespace

void Printer::print(const AffineForm &form) {
  print(form.offset);
  for (auto [d, coefficient] : llvm::enumerate(form.coefficients)) {
    if (coefficient.isZero())
      continue;
    os << " + (";
    print(coefficient);
    os << ")*i" << d;
  }
}

void Printer::print(ArrayRef<Input::Choice> choices) {
  os << "{";
  for (const Input::Choice &choice : choices) {
    if (&choice != choices.begin())
      os << " : ";
    for (const AffineForm &condition : choice.conditions) {
      os << (&condition == choice.conditions.begin() ? "" : " & ");
      print(condition);
      os << " >= 0";
    }
    os << (choice.conditions.empty() ? "" : " ? ");
    print(*choice.value);
  }
  os << "}";
}

void Printer::print(const Input &input) {
  if (!input.isLoad())
    return print(input.choices);
  os << "s" << input.storage << "[";
  print(input.cell);
  os << "]";
}

void Printer::print(const Expression &expression) {
  tensorref::StageOp op = expression.op;
  auto group = op->getParentOfType<tensorref::GroupOp>();
  auto name = group->getAttrOfType<StringAttr>("name");
  os << (name ? name.getValue() : "stage");
  printLine(op->getLoc());
  os << " {";
  llvm::interleave(
      op.getBody().front().without_terminator(), os,
      [&](Operation &op) { os << op.getName().stripDialect(); }, " ");
  os << "}(";
  llvm::interleaveComma(expression.inputs, os,
                        [&](const Input &input) { print(input); });
  for (const Gather &gather : expression.gathers) {
    os << " gather s" << gather.storage;
    if (!gather.isRead())
      print(gather.choices);
  }
  os << ")";
}

void Printer::print(const Stage &stage) {
  os << "[";
  llvm::interleaveComma(stage.sizes, os,
                        [&](const Polynomial &size) { print(size); });
  os << "] ";
  llvm::interleaveComma(stage.kinds, os, [&](tensorref::IteratorKind kind) {
    os << stringifyIteratorKind(kind);
  });
  os << (stage.op.getSequential() ? " sequential" : "");
  os << ": ";
  llvm::interleaveComma(stage.outputs, os, [&](const Stage::Output &output) {
    os << "s" << output.storage << "[";
    print(output.cell);
    os << "]";
  });
  os << (stage.isMust() ? " = " : " ?= ");
  print(stage.value);
}

void Printer::printStorage(unsigned number) {
  const StorageInfo &storage = program.storages[number];
  os << "storage s" << number << ": ";
  if (auto argument = dyn_cast<BlockArgument>(storage.root)) {
    os << "argument " << argument.getArgNumber();
  } else {
    os << storage.root.getDefiningOp()->getName().stripDialect();
    printLine(storage.root.getLoc());
  }
  os << (storage.escapes ? ", seen\n" : "\n");
}

void Printer::printCells(size_t group, const PrivateStorage &storage) {
  os << "own s" << storage.storage << " [";
  llvm::interleaveComma(storage.sizes, os);
  os << "] of group " << group << "\n";
  for (const auto &[access, cell] : storage.cells) {
    os << "  stage " << access.first << " access " << access.second << ": ";
    const Stage &stage = program.stages[access.first];
    print(program.getAccesses(stage)[access.second].region.cell);
    os << " at ";
    print(cell);
    os << "\n";
  }
  if (storage.writeBack) {
    os << "  back: ";
    print(*storage.writeBack);
    os << "\n";
  }
}

void FusionProgram::print(llvm::raw_ostream &os) const {
  Printer printer(os, *this);
  for (unsigned s = 0; s < storages.size(); ++s)
    printer.printStorage(s);
  for (auto [number, stage] : llvm::enumerate(stages)) {
    if (stage.isRemoved)
      continue;
    os << "stage " << number << " ";
    printer.print(stage);
    os << "\n";
  }
}

void FusionPlan::printCells(llvm::raw_ostream &os,
                            const FusionProgram &program) const {
  Printer printer(os, program);
  for (auto [g, group] : llvm::enumerate(groups))
    for (const PrivateStorage &storage : group.privates)
      printer.printCells(g, storage);
}
