//===- FusionReport.h - What fusion did, and why ----------------*- C++ -*-===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The account of one planned block. For x += x.T
//
//   groups      0: over [N, N], the copy of x.T    1: over [N, N], the sum
//   storages    t1 stays in memory: made by group 0, read by group 1
//   refusals    0 and 1: no common iteration; the copy reads x[N*i1 + i0], the
//               sum writes x[N*i0 + i1]
//   bytes       16*N*N + ... before, as many after
//
// The moves keep a FusionLog of what only they know; the report is made of it
// and of the plan, before the IR is rewritten. Nothing is kept where nobody
// asks.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_TRANSFORMS_FUSION_FUSIONREPORT_H
#define ELENA_TRANSFORMS_FUSION_FUSIONREPORT_H

#include "elena/Transforms/Fusion/FusionPlan.h"
#include "llvm/Support/JSON.h"

namespace elena::fusion {

/// The attribute of a function that holds reports as JSON, one per block.
inline constexpr llvm::StringLiteral kFusionReportAttr = "elena.fusion_report";
/// The name of the location of an allocation that `tensorref-resolve-overlap`
/// made, before the name of the op that it is for.
inline constexpr llvm::StringLiteral kOverlapCopyName = "overlap copy for ";

/// The first predicate of a merge that said no.
enum class Obstacle {
  /// Fusion through views and in-place writes is switched off.
  Views,
  /// One needs a value that the host computes after the other.
  Host,
  /// One has no dimension whose points may run in any order.
  Whole,
  /// Two accesses meet in different iterations.
  Iteration,
  /// Which range holds the other is not known.
  Range,
  /// An iteration would be a long loop.
  Work,
  /// A third one has to run in between.
  Cycle,
  /// Nothing: merging is switched off.
  None
};

/// Two accesses that meet, as (stage, number of the access).
struct AccessPair {
  unsigned stageA, accessA, stageB, accessB;
};

struct MergeRefusal {
  /// One stage of each group.
  unsigned stageA, stageB;
  Obstacle obstacle;
  /// The accesses that left no common coordinate (for Work: too few), and (if
  /// the others alone had left more) those that they disagree with. For other
  /// obstacles the first that meet; none for Host, where a value leads from one
  /// to the other.
  std::optional<AccessPair> blocking = {}, agreed = {};
  /// For Cycle: a node in between.
  std::optional<unsigned> through = {};
};

/// A read of what some stage has made.
struct ReadDecision {
  unsigned reader, storage;
  llvm::SmallVector<unsigned, 2> writers;
  bool isRecomputed;
  const char *why;
};

/// What the moves tell while they run.
struct FusionLog {
  std::vector<ReadDecision> reads;
  std::vector<MergeRefusal> refusals;
  Polynomial bytesBefore = 0;
};

/// Read and written by all stages, each on its own: what no fusion moves.
Polynomial countBytes(const FusionProgram &program);
/// The same for a plan: private storages cost nothing, and what a group reads
/// twice, once.
Polynomial countBytes(const FusionProgram &program, const FusionPlan &plan);

/// {"file": ..., "line": ...}; line 0 if the place is not known.
llvm::json::Object placeToJSON(mlir::Location loc);

class FusionReport {
public:
  struct StageFact {
    mlir::Location loc;
    std::string name;
    bool isRemoved;
  };
  enum class Fate { Memory, Register, Buffer, WrittenBack, Gone };
  struct StorageFact {
    mlir::Location loc;
    /// "arg0", "t1".
    std::string name, type;
    /// "argument", "result", "temporary", or "outer": made outside of the
    /// block.
    llvm::StringRef kind;
    Fate fate = Fate::Memory;
    /// Of one iteration, for registers and buffers.
    int64_t cells = 0;
    /// Why it is in memory; the refusal that made it so.
    std::string why = {};
    std::optional<unsigned> refusal = {};
    /// Of a copy that guards against overlap: what was overwritten.
    std::string copy = {};
  };
  struct AccessFact {
    unsigned stage, storage;
    bool isWrite;
    /// "4*i0 + i1 + 2"
    std::string cell;
  };
  struct Refusal {
    unsigned first, second; // groups
    Obstacle obstacle;
    llvm::SmallVector<std::pair<AccessFact, AccessFact>, 2> accesses;
    /// The stage or op in between, for a cycle.
    std::optional<mlir::Location> through;
  };
  struct GroupFact {
    std::string over;
    std::vector<unsigned> stages;
  };

  /// A number that is no argument and no size of one, as the texts name it
  /// ("s3", within one report).
  struct SymbolFact {
    std::string name;
    mlir::Location loc;
  };

  /// The function that the block is in.
  std::string function;
  std::vector<StageFact> stages;
  std::vector<StorageFact> storages;
  std::vector<GroupFact> groups;
  std::vector<std::vector<unsigned>> kernels;
  std::vector<ReadDecision> reads;
  std::vector<Refusal> refusals;
  std::vector<SymbolFact> symbols;
  std::string bytesBefore, bytesAfter;
  std::optional<int64_t> staticBefore, staticAfter;

  FusionReport(const FusionProgram &program, const FusionPlan &plan,
               const FusionLog &log);

  llvm::json::Value toJSON() const;
  /// Category "tensorref.fusion".
  void emitRemarks() const;
};

/// "no-common-iteration", and a sentence.
llvm::StringRef stringify(Obstacle obstacle);
llvm::StringRef describe(Obstacle obstacle);
llvm::StringRef stringify(FusionReport::Fate fate);

} // namespace elena::fusion

#endif // ELENA_TRANSFORMS_FUSION_FUSIONREPORT_H
