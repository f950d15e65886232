//===- StageBuilder.h - The stages of a group, as IR ------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_LIB_TRANSFORMS_FUSION_STAGEBUILDER_H
#define ELENA_LIB_TRANSFORMS_FUSION_STAGEBUILDER_H

#include "elena/Dialect/TensorRef/IR/ViewComposition.h"
#include "elena/Transforms/Fusion/FusionPlan.h"

namespace elena::fusion {

/// Makes the ops of a group's members at the builder's insertion point.
class StageBuilder {
public:
  StageBuilder(FusionProgram &program, const Group &group,
               mlir::OpBuilder &builder)
      : program(program), group(group), builder(builder) {}

  void emit();

private:
  /// What a stage op takes in and gives out.
  struct Refs {
    llvm::SmallVector<mlir::Value> inputs, gathers, outputs;
    llvm::SmallVector<const Input *> loaded;
  };
  /// The reductions that run in the loops of the first one.
  using Siblings = llvm::SmallVector<const Member *, 2>;

  Siblings getSiblings(const Member &member) const;
  void collectRefs(const Member &member, Refs &refs);
  void emitStage(const Siblings &siblings);
  void emitBody(const Siblings &siblings, const Refs &refs);
  void emitWriteBack(const PrivateStorage &own);
  /// The ref that access number `access` of the stage goes through.
  mlir::Value makeRef(const Member &member, unsigned access,
                      const StageAccess &what, bool isOutput);
  mlir::Value makeView(mlir::Value root, const AffineForm &cell,
                       const Stage &stage, bool isOutput);
  llvm::SmallVector<mlir::Value> emitExpression(const Expression &expression);
  mlir::Value emitInput(const Input &input);
  /// An element, or what is computed instead of reading it.
  mlir::Value emitElement(const Expression &expression,
                          tensorref::ElementOp element);
  mlir::Value emitComputed(const Input &input);
  mlir::Value emitChoice(llvm::ArrayRef<Input::Choice> choices);
  mlir::Value makeFlatRef(unsigned storage);
  mlir::Value emitForm(const AffineForm &form);
  mlir::Value emitConditions(llvm::ArrayRef<AffineForm> conditions);

  FusionProgram &program;
  const Group &group;
  mlir::OpBuilder &builder;
  mlir::Location loc = builder.getUnknownLoc();
  /// The private storages of this iteration.
  llvm::DenseMap<unsigned, mlir::Value> locals;
  /// The loads of the stage that is being made, and what they give.
  llvm::SmallVector<std::pair<const Input *, mlir::Value>> loads;
  /// What is computed at every point, and its value.
  llvm::SmallVector<std::pair<const Input *, mlir::Value>> computed;
  mlir::Block *body = nullptr;
  /// The indices behind those of the stage's box: of the gathered element that
  /// is being computed.
  llvm::SmallVector<mlir::Value> coordinates;
  /// Storages with conditional loads, as refs of one dimension.
  llvm::DenseMap<unsigned, mlir::Value> flatRefs;
};

} // namespace elena::fusion

#endif // ELENA_LIB_TRANSFORMS_FUSION_STAGEBUILDER_H
