//===- Legality.cpp - Why a move is not legal -----------------------------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Fusion/Legality.h"
#include "llvm/Support/ErrorHandling.h"

using namespace elena::fusion;

const char *elena::fusion::describe(Legality rule) {
  switch (rule) {
  case Legality::ParallelReader:
    return "the reader runs in an order of its own";
  case Legality::LastWriter:
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
  case Legality::SameLoops:
    return "they have other loops";
  case Legality::Independent:
    return "what runs in between has to do with both";
  }
  llvm_unreachable("all rules have reasons");
}
