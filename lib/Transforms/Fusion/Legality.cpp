//===- Legality.cpp - Why a move is not legal -----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Legality.h"
#include "llvm/Support/ErrorHandling.h"
#include <utility>

using namespace elena::fusion;

const char *elena::fusion::describe(Legality rule) {
  switch (rule) {
  case Legality::ParallelReader:
    return "the reader runs in an order of its own";
  case Legality::LastWriter:
  case Legality::MustWrite:
  case Legality::NoBarrier:
  case Legality::PointValue:
    return "only what a stage without loops of its own makes is computed again";
  case Legality::WriterPoint:
  case Legality::Membership:
    return "which point of the writer made the cell is not known";
  case Legality::Cover:
    return "not all of it is known to be made by these stages";
  case Legality::Unchanged:
  case Legality::ReadsFirst:
    return "what it is computed from is overwritten before or while it is read";
  case Legality::GuardedLoad:
    return "a load behind a condition needs contiguous storage";
  case Legality::FreeDimensions:
    return "points of one stage meet";
  case Legality::NoCut:
    return "the host computes a value in between";
  case Legality::Agreement:
    return "two accesses meet in different iterations";
  case Legality::Inside:
    return "which range holds the other is not known";
  case Legality::Acyclic:
    return "a third group has to run in between";
  case Legality::Direction:
    return "no order of the points suits all that they share";
  case Legality::SameLoops:
    return "they have other loops";
  case Legality::Independent:
    return "what runs in between has to do with both";
  case Legality::Partition:
    return "the pieces are not known to have each point once";
  case Legality::Unread:
    return "what is written is read";
  case Legality::Unseen:
    return "others touch the cells";
  case Legality::OwnCells:
    return "iterations share cells";
  case Legality::WrittenWhole:
    return "not all cells are written in each iteration";
  case Legality::PackApart:
    return "one group has to run after the other";
  }
  llvm_unreachable("all rules have reasons");
}

static constexpr std::pair<Legality, llvm::StringLiteral> kNames[] = {
    {Legality::ParallelReader, "parallel-reader"},
    {Legality::LastWriter, "last-writer"},
    {Legality::MustWrite, "must-write"},
    {Legality::NoBarrier, "no-barrier"},
    {Legality::PointValue, "point-value"},
    {Legality::WriterPoint, "writer-point"},
    {Legality::Membership, "membership"},
    {Legality::Cover, "cover"},
    {Legality::Unchanged, "unchanged"},
    {Legality::ReadsFirst, "reads-first"},
    {Legality::GuardedLoad, "guarded-load"},
    {Legality::FreeDimensions, "free-dimensions"},
    {Legality::NoCut, "no-cut"},
    {Legality::Agreement, "agreement"},
    {Legality::Inside, "inside"},
    {Legality::Acyclic, "acyclic"},
    {Legality::Direction, "direction"},
    {Legality::SameLoops, "same-loops"},
    {Legality::Independent, "independent"},
    {Legality::Partition, "partition"},
    {Legality::Unread, "unread"},
    {Legality::Unseen, "unseen"},
    {Legality::OwnCells, "own-cells"},
    {Legality::WrittenWhole, "written-whole"},
    {Legality::PackApart, "pack-apart"}};

llvm::StringRef elena::fusion::getName(Legality rule) {
  for (const auto &[known, name] : kNames)
    if (known == rule)
      return name;
  llvm_unreachable("all rules have names");
}

std::optional<Legality> elena::fusion::parseLegality(llvm::StringRef name) {
  for (const auto &[rule, known] : kNames)
    if (known == name)
      return rule;
  return std::nullopt;
}
