//===- SymbolicViews.cpp - Refs of a function as polynomials --------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Analysis/SymbolicViews.h"

using namespace mlir;
using namespace elena;
using namespace elena::tensorref;

SymbolicValues &SymbolicViews::getValues() {
  if (!values)
    values.emplace(function);
  return *values;
}

OpBuilder SymbolicViews::scratchBuilder() {
  OpBuilder builder(function.getContext());
  builder.setInsertionPointToEnd(&scratch);
  return builder;
}

const SymbolicViews::Ref &SymbolicViews::get(Value value) {
  std::unique_ptr<Ref> &ref = refs[value];
  if (ref)
    return *ref;
  ref = std::make_unique<Ref>();
  OpBuilder builder = scratchBuilder();
  IndexArith arith(builder, value.getLoc());
  FailureOr<RootedView> rooted = composeToRoot(arith, value);
  if (failed(rooted)) {
    ref->region.cell.offset = Polynomial::unknown();
    return *ref;
  }
  ref->root = rooted->root;
  ref->region.cell.offset = getValues().get(rooted->view.offset);
  for (auto [size, stride] :
       llvm::zip_equal(rooted->view.sizes, rooted->view.strides)) {
    ref->region.sizes.push_back(getValues().get(size));
    ref->region.cell.coefficients.push_back(getValues().get(stride));
  }
  return *ref;
}

const StorageLayout &SymbolicViews::getLayout(Value root) {
  std::unique_ptr<StorageLayout> &layout = layouts[root];
  if (layout)
    return *layout;
  layout = std::make_unique<StorageLayout>();
  layout->contiguous = isContiguousRoot(root);
  layout->injective = tensorref::isInjective(root);
  OpBuilder builder = scratchBuilder();
  IndexArith arith(builder, root.getLoc());
  SymbolicView view = getRootView(arith, root);
  for (OpFoldResult size : view.sizes)
    layout->sizes.push_back(getValues().get(size));
  for (OpFoldResult stride : view.strides)
    layout->strides.push_back(getValues().get(stride));
  return *layout;
}

SetRelation SymbolicViews::relate(Value a, Value b) {
  auto [place, isNew] = relations.try_emplace({a, b}, SetRelation::Unknown);
  if (!isNew)
    return place->second;
  const Ref &refA = get(a), &refB = get(b);
  if (!refA.root || refA.root != refB.root)
    return SetRelation::Unknown;
  const StorageLayout &layout = getLayout(refA.root);
  SetRelation relation =
      elena::relate(getValues().facts(), layout, refA.region, refB.region);
  relations[{b, a}] = flipped(relation);
  return relations[{a, b}] = relation;
}

bool SymbolicViews::areSameMap(const AccessRegion &a, const AccessRegion &b) {
  const SymbolFacts &facts = getValues().facts();
  if (a.sizes.size() != b.sizes.size() ||
      !facts.areEqual(a.cell.offset, b.cell.offset))
    return false;
  for (size_t d = 0; d < a.sizes.size(); ++d) {
    if (!facts.areEqual(a.sizes[d], b.sizes[d]))
      return false;
    // The stride of a dimension of size 1 takes no step.
    if (!a.sizes[d].isConstant(1) &&
        !facts.areEqual(a.cell.coefficients[d], b.cell.coefficients[d]))
      return false;
  }
  return true;
}

Overlap SymbolicViews::classify(Value a, Value b) {
  const Ref &refA = get(a), &refB = get(b);
  if (!refA.root || refA.root != refB.root)
    return Overlap::Unknown;
  if (relate(a, b) == SetRelation::Disjoint)
    return Overlap::Apart;
  return areSameMap(refA.region, refB.region) ? Overlap::SameMap
                                              : Overlap::Unknown;
}
