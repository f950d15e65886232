//===- MeetTest.cpp - Conflicts of stages against all pairs of points -----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions of a few copies, fills and reductions on views with run-time bounds
// are lowered to stages; then `meet` is asked about every two accesses, and the
// answers are checked on all pairs of points, for sizes that pass the guards.
//
//===----------------------------------------------------------------------===//

#include "IndexInterpreter.h"
#include "RandomAccesses.h"
#include "elena/Transforms/Fusion/Conflicts.h"
#include "elena/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "gtest/gtest.h"

#include <iostream>

using namespace mlir;
using namespace elena;
using namespace elena::fusion;
using namespace elena::test;

namespace {

std::string makeText(Random &random) {
  std::string text = R"(!m = !tensorref.ref<?x?xf32>
!v = !tensorref.ref<?xf32>
func.func @f(%x: !m {tensorref.contiguous}, %y: !m {tensorref.injective},
             %k: index, %f: f32) {
  %n = tensorref.dim %x, 0 : !m
  %t = tensorref.alloc [%n] : !v
)";
  unsigned count = 0;
  auto view = [&] {
    const char *ranges[] = {
        "_:_, _:_",   "_:%k, _:_",  "%k:_, _:_", "_:_, _:%k", "_:_, %k:_",
        "_:_, 0:_:2", "_:_, 1:_:2", "1:_, _:_",  "_:-1, _:_", "_:_:-1, _:_"};
    std::string name = "%v" + std::to_string(count++);
    std::string source = random.chance(70) ? "%x" : "%y";
    text += "  " + name + " = tensorref.slice " + source + "[" +
            ranges[random.pick(0, std::size(ranges) - 1)] + "] : !m to !m\n";
    return name;
  };
  for (int64_t ops = random.pick(2, 3); ops > 0; --ops) {
    std::string a = view();
    int64_t kind = random.pick(0, 3);
    // The reduction's result has all rows of x.
    if (kind == 1)
      a = "%x";
    if (kind == 0)
      text += "  tensorref.fill %f into " + a + " : f32, !m\n";
    else if (kind == 1)
      text += "  tensorref.reduce sum dims [1] ins(" + a +
              " : !m) outs(%t : !v) {\n  ^bb0(%e: f32):\n"
              "    tensorref.yield %e : f32\n  }\n";
    else {
      std::string b = view();
      // A copy is between refs of one shape; whoever makes it sees to that.
      for (const char *d : {"0", "1"}) {
        std::string n = std::to_string(count++);
        text += "  %a" + n + " = tensorref.dim " + a + ", " + d +
                " : !m\n  %b" + n + " = tensorref.dim " + b + ", " + d +
                " : !m\n  %c" + n + " = arith.cmpi eq, %a" + n + ", %b" + n +
                " : index\n  tensorref.guard %c" + n + "\n";
      }
      text += "  tensorref.copy " + b + " to " + a + " : !m, !m\n";
    }
  }
  return text + "  return\n}\n";
}

struct Counts {
  unsigned pairs = 0, instances = 0, disjoint = 0, withEqualities = 0;
};

struct MeetTest : testing::Test {
  MeetTest() {
    context.loadDialect<tensorref::TensorRefDialect, func::FuncDialect,
                        arith::ArithDialect>();
  }
  void lower(ModuleOp module) {
    PassManager passes(&context);
    passes.addPass(createCanonicalizerPass());
    OpPassManager &functions = passes.nest<func::FuncOp>();
    functions.addPass(createGuardArguments());
    functions.addPass(createResolveOverlap());
    functions.addPass(createFormGroups());
    functions.addPass(createCanonicalizerPass());
    functions.addPass(createCSEPass());
    functions.addPass(createHoistGuards());
    ASSERT_TRUE(succeeded(passes.run(module)));
  }
  void check(unsigned seed, Counts &counts);
  MLIRContext context;
};

/// Symbols' values where the guards hold.
std::optional<Sample> drawSample(FusionProgram &program, func::FuncOp function,
                                 Random &random) {
  IndexInterpreter run([&](Value, bool isSize) {
    return random.pick(isSize ? 1 : -4, isSize ? 4 : 10);
  });
  if (!run.run(function.getBody().front()))
    return std::nullopt;
  Sample sample;
  for (Symbol s = 0; s < program.facts().getNumSymbols(); ++s) {
    std::optional<int64_t> value = run.get(program.getSymbols().getValue(s));
    if (!value)
      return std::nullopt;
    sample.push_back(*value);
  }
  return sample;
}

bool isKnown(const AccessRegion &region) {
  return region.cell.isKnown() &&
         llvm::all_of(region.sizes,
                      [](const Polynomial &size) { return size.isKnown(); });
}

void expectTrue(const Meeting &meeting, const AccessRegion &a,
                const AccessRegion &b, const Sample &sample) {
  for (const auto &[i, cellI] : enumerate(a, sample))
    for (const auto &[j, cellJ] : enumerate(b, sample)) {
      if (cellI != cellJ)
        continue;
      ASSERT_FALSE(meeting.disjoint);
      for (const IndexEquality &e : meeting.equalities)
        ASSERT_EQ(i[e.first], j[e.second] + valueIn(sample, e.shift));
    }
}

/// Sizes and strides of what the caller passes have to keep the promise that
/// different indices are different cells.
bool isUsable(const FusionProgram &program, const Sample &sample) {
  return llvm::all_of(program.storages, [&](const StorageInfo &storage) {
    AccessRegion whole{{0, storage.layout.strides}, storage.layout.sizes};
    std::set<int64_t> cells;
    auto points = enumerate(whole, sample);
    for (const auto &[point, cell] : points)
      cells.insert(cell);
    return !storage.layout.injective || cells.size() == points.size();
  });
}

void MeetTest::check(unsigned seed, Counts &counts) {
  Random random(seed);
  std::string text = makeText(random);
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  lower(*module);
  auto function = *module->getOps<func::FuncOp>().begin();
  SymbolicValues symbols(function);
  FusionProgram program(function.getBody().front(), symbols,
                        ArgumentAlias::Apart);
  std::vector<Sample> samples;
  for (unsigned tries = 0; tries < 300 && samples.size() < 4; ++tries)
    if (auto sample = drawSample(program, function, random))
      if (isUsable(program, *sample))
        samples.push_back(*sample);
  for (size_t s = 0; s < program.stages.size(); ++s)
    for (size_t t = s; t < program.stages.size(); ++t)
      for (const StageAccess &a : program.getAccesses(program.stages[s]))
        for (const StageAccess &b : program.getAccesses(program.stages[t])) {
          if (a.storage != b.storage || !isKnown(a.region) ||
              !isKnown(b.region))
            continue;
          Meeting meeting = meet(program, a, program.stages[s].getRank(), b,
                                 program.stages[t].getRank());
          ++counts.pairs;
          counts.disjoint += meeting.disjoint;
          counts.withEqualities += !meeting.equalities.empty();
          for (const Sample &sample : samples) {
            ++counts.instances;
            ASSERT_NO_FATAL_FAILURE(
                expectTrue(meeting, a.region, b.region, sample))
                << text;
          }
        }
}

} // namespace

TEST_F(MeetTest, AgainstAllPairsOfPoints) {
  Counts counts;
  for (unsigned seed = 0; seed < 1200 * soak(); ++seed)
    ASSERT_NO_FATAL_FAILURE(check(seed, counts)) << "seed " << seed;
  std::cout << counts.pairs << " pairs of accesses, " << counts.instances
            << " instantiations; " << counts.disjoint << " apart, "
            << counts.withEqualities << " with equalities\n";
  EXPECT_GE(counts.instances, 20000u);
  EXPECT_GT(counts.withEqualities * 2, counts.pairs);
}
