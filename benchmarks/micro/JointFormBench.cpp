//===- JointFormBench.cpp - What a question about run-time views costs ----===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The questions that fusion and the overlap analysis ask of two accesses
// (elena/Analysis/JointForm.h): build the joint form, are they apart, which
// indices agree.
//
//     ninja JointFormBench && bin/JointFormBench
//
// first/...: nothing was asked of these symbols before; again/...: facts
// remember what they have proved. The median of nine runs.
//
//===----------------------------------------------------------------------===//

#include "benchmark/benchmark.h"
#include "elena/Analysis/JointForm.h"

#include <string>
#include <vector>

using namespace elena;

namespace {

/// The sizes N and C of a storage, and h, what clamping makes of a bound k.
struct Symbols {
  SymbolFacts facts;
  Polynomial n = Polynomial::symbol(facts.addSymbol(true));
  Polynomial c = Polynomial::symbol(facts.addSymbol(true));
  Polynomial k = Polynomial::symbol(facts.addSymbol());
  Polynomial s = Polynomial::symbol(facts.addSymbol());
  Polynomial t = Polynomial::symbol(facts.addSymbol());
  Polynomial h, unrelated;

  Symbols() {
    auto clamp = [&](const Polynomial &bound, const Polynomial &size) {
      Symbol wrapped = facts.addSymbol();
      facts.setSelectLess(wrapped, bound, 0, bound + size, bound);
      Symbol least = facts.addSymbol();
      facts.setMax(least, Polynomial::symbol(wrapped), 0);
      Symbol most = facts.addSymbol();
      facts.setMin(most, Polynomial::symbol(least), size);
      return Polynomial::symbol(most);
    };
    h = clamp(k, n);
    unrelated = clamp(s, n);
  }
};

struct Question {
  std::string name;
  StorageLayout layout;
  AccessRegion a, b;
};

std::vector<Question> makeQuestions(const Symbols &x) {
  Polynomial c4 = Polynomial(4) * x.c;
  StorageLayout rows{true, true, {x.n, x.c}, {x.c, 1}};
  StorageLayout interleaved{true, true, {x.n, c4}, {c4, 1}};
  StorageLayout strided{false, true, {x.n, x.c}, {x.s, x.t}};
  StorageLayout fixed{true, true, {64, 64}, {64, 1}};
  return {{"same-map",
           rows,
           {{0, {x.c, 1}}, {x.n, x.c}},
           {{0, {x.c, 1}}, {x.n, x.c}}},
          {"shifted-rows",
           rows,
           {{0, {x.c, 1}}, {x.n - 1, x.c}},
           {{x.c, {x.c, 1}}, {x.n - 1, x.c}}},
          {"interleaved-apart",
           interleaved,
           {{0, {c4, 4}}, {x.n, x.c}},
           {{2, {c4, 4}}, {x.n, x.c}}},
          {"interleaved-whole",
           interleaved,
           {{2, {c4, 4}}, {x.n, x.c}},
           {{0, {c4, 1}}, {x.n, c4}}},
          {"halves-apart",
           rows,
           {{0, {x.c, 1}}, {x.h, x.c}},
           {{x.h * x.c, {x.c, 1}}, {x.n - x.h, x.c}}},
          {"other-bounds",
           rows,
           {{0, {x.c, 1}}, {x.h, x.c}},
           {{x.unrelated * x.c, {x.c, 1}}, {x.n - x.unrelated, x.c}}},
          {"strided-halves",
           strided,
           {{0, {x.s, x.t}}, {x.h, x.c}},
           {{x.h * x.s, {x.s, x.t}}, {x.n - x.h, x.c}}},
          {"static-same-map",
           fixed,
           {{0, {64, 1}}, {64, 64}},
           {{0, {64, 1}}, {64, 64}}},
          {"static-columns",
           fixed,
           {{0, {64, 1}}, {64, 30}},
           {{30, {64, 1}}, {64, 34}}}};
}

/// What Conflicts.cpp asks.
unsigned ask(const SymbolFacts &facts, const Question &question) {
  std::array<AccessRegion, 2> regions{question.a, question.b};
  std::optional<JointForm> form =
      JointForm::build(facts, question.layout, regions);
  if (!form)
    return 0;
  return form->areDisjoint(0, 1) ? 1 : 2 + form->getEqualities(0, 1).size();
}

std::string nameOf(unsigned answer) {
  if (answer == 0)
    return "unknown";
  return answer == 1 ? "apart" : std::to_string(answer - 2) + " equalities";
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
  auto add = [](const std::string &name, auto run) {
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->ReportAggregatesOnly()
        ->DisplayAggregatesOnly();
  };
  Symbols symbols;
  std::vector<Question> questions = makeQuestions(symbols);
  add("copy-of-facts", [&](benchmark::State &state) {
    for (auto _ : state) {
      SymbolFacts facts = symbols.facts;
      benchmark::DoNotOptimize(facts);
    }
  });
  const Symbols fresh = symbols;
  for (const Question &question : questions) {
    add("first/" + question.name, [&](benchmark::State &state) {
      for (auto _ : state) {
        SymbolFacts facts = fresh.facts;
        benchmark::DoNotOptimize(ask(facts, question));
      }
      state.SetLabel(nameOf(ask(symbols.facts, question)));
    });
    add("again/" + question.name, [&](benchmark::State &state) {
      for (auto _ : state)
        benchmark::DoNotOptimize(ask(symbols.facts, question));
    });
    add("relate/" + question.name, [&](benchmark::State &state) {
      SetRelation relation = SetRelation::Unknown;
      for (auto _ : state)
        benchmark::DoNotOptimize(
            relation =
                relate(symbols.facts, question.layout, question.a, question.b));
      state.SetLabel(stringify(relation).str());
    });
  }
  benchmark::RunSpecifiedBenchmarks();
}
