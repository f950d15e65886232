//===- CellSetBench.cpp - What a question about sets of cells costs -------===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rungs of elena/Analysis/CellSet.h, each on a pair that it decides:
//
//     ninja CellSetBench && bin/CellSetBench
//
// prints the median of nine runs (all options: --help).
//
//===----------------------------------------------------------------------===//

#include "benchmark/benchmark.h"
#include "elena/Analysis/CellSet.h"
#include "elena/Support/ViewOps.h"

#include <random>
#include <string>
#include <vector>

using namespace elena;

namespace {

struct Question {
  const char *name;
  StaticView a, b;
};

const int64_t n = 1 << 20;
const Question questions[] = {
    {"empty", {0, {0, 4}, {4, 1}}, {0, {4}, {1}}},
    {"hull/halves", {0, {50, 100}, {100, 1}}, {5000, {50, 100}, {100, 1}}},
    {"normal-form/flip", {0, {100, 100}, {100, 1}}, {9999, {10000}, {-1}}},
    {"residue/columns", {0, {100, 25}, {100, 4}}, {2, {100, 25}, {100, 4}}},
    {"progression/steps", {0, {n}, {3}}, {1, {n}, {5}}},
    {"one-question/blocks",
     {0, {40, 70}, {100, 1}},
     {3030, {70, 70}, {100, 1}}},
    {"product/left-right", {0, {100, 30}, {100, 1}}, {30, {100, 70}, {100, 1}}},
    {"product/inner-block", {0, {n, n}, {n, 1}}, {3 * n + 2, {9, 9}, {n, 1}}},
    {"product/4-D",
     {0, {8, 3, n, n / 2}, {3 * n * n, n * n, n, 2}},
     {n * n, {8, n, n / 4}, {3 * n * n, n, 4}}},
    {"cut/flat-and-columns", {3, {n}, {1}}, {5, {n / 128, 20}, {128, 1}}},
    {"list/diagonal", {0, {1000}, {1001}}, {10, {1000, 500}, {1000, 1}}},
    {"bits/coprime-windows", {0, {40, 40, 40}, {6, 10, 15}}, {9, {1200}, {1}}},
};

void relates(benchmark::State &state, const Question &question) {
  for (auto _ : state)
    benchmark::DoNotOptimize(relate(question.a, question.b));
  state.SetLabel(stringify(relate(question.a, question.b)).str());
}

void shares(benchmark::State &state, const Question &question) {
  for (auto _ : state)
    benchmark::DoNotOptimize(sharesCells(question.a, question.b));
}

/// Random slices of a 64x64 array, rows, columns and steps of 1 to 3.
std::vector<StaticView> randomSlices() {
  std::mt19937 engine(1);
  auto pick = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine);
  };
  std::vector<StaticView> views;
  IntArith a;
  StaticView x{0, {64, 64}, {64, 1}};
  for (int k = 0; k < 1024; ++k) {
    llvm::SmallVector<SliceBounds<int64_t>> bounds;
    for (int d = 0; d < 2; ++d)
      bounds.push_back({pick(0, 31), pick(32, 64), pick(1, 3)});
    views.push_back(views::slice(a, x, bounds));
  }
  return views;
}

void randomSlicePairs(benchmark::State &state) {
  std::vector<StaticView> views = randomSlices();
  size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(relate(views[k % 1024], views[k * 7 % 1023]));
    ++k;
  }
}

} // namespace

int main(int argc, char **argv) {
  std::vector<char *> arguments(argv, argv + argc);
  std::string defaults[] = {"--benchmark_repetitions=9",
                            "--benchmark_min_time=0.02"};
  for (std::string &option : defaults)
    arguments.insert(arguments.begin() + 1, option.data());
  int count = arguments.size();
  benchmark::Initialize(&count, arguments.data());
  auto add = [](std::string name, auto run) {
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->ReportAggregatesOnly()
        ->DisplayAggregatesOnly();
  };
  for (const Question &question : questions) {
    add(std::string("relate/") + question.name,
        [&](benchmark::State &state) { relates(state, question); });
    add(std::string("shares/") + question.name,
        [&](benchmark::State &state) { shares(state, question); });
  }
  add("relate/random-slices", randomSlicePairs);
  benchmark::RunSpecifiedBenchmarks();
}
