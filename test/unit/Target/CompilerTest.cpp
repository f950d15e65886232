//===- CompilerTest.cpp - tensorref text to running code ------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Compiler.h"
#include "gmock/gmock.h"
#include <cmath>
#include <thread>

using namespace elena;
using namespace llvm;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

/// y = exp(x) * a for a vector; new storage.
constexpr const char *kScaleExp = R"mlir(
func.func @scale(%x: !tensorref.ref<?xf32, strided<[?]>>, %a: f64) -> !tensorref.ref<?xf32> attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32, strided<[?]>>
  %s = arith.truncf %a : f64 to f32
  %r = tensorref.alloc [%n] : !tensorref.ref<?xf32>
  tensorref.map ins(%x : !tensorref.ref<?xf32, strided<[?]>>) outs(%r : !tensorref.ref<?xf32>) {
  ^bb0(%e: f32):
    %z = math.exp %e : f32
    %w = arith.mulf %z, %s : f32
    tensorref.yield %w : f32
  }
  return %r : !tensorref.ref<?xf32>
}
)mlir";

/// x[1:] = x[:-1]; needs a temporary.
constexpr const char *kShift = R"mlir(
func.func @shift(%x: !tensorref.ref<10xf32, strided<[1]>>) attributes {elena.entry} {
  %a = tensorref.slice %x[1:_] : !tensorref.ref<10xf32, strided<[1]>> to !tensorref.ref<9xf32>
  %b = tensorref.slice %x[_:9] : !tensorref.ref<10xf32, strided<[1]>> to !tensorref.ref<9xf32>
  tensorref.copy %b to %a : !tensorref.ref<9xf32>, !tensorref.ref<9xf32>
  return
}
)mlir";

/// Metadata and data checks.
constexpr const char *kChecks = R"mlir(
func.func @checks(%x: !tensorref.ref<?xf32, strided<[1]>>, %i: index) attributes {elena.entry} {
  %n = tensorref.dim %x, 0 : !tensorref.ref<?xf32, strided<[1]>>
  %c8 = arith.constant 8 : index
  %c = arith.cmpi eq, %n, %c8 : index
  tensorref.guard %c
  %ok = arith.cmpi slt, %i, %n : index
  tensorref.assert %ok, "IndexError", "index {0} is out of bounds for size {1}"(%i, %n : index, index)
  %zero = arith.constant 0.0 : f32
  tensorref.fill %zero into %x : f32, !tensorref.ref<?xf32, strided<[1]>>
  return
}
)mlir";

std::unique_ptr<CompiledModule> compile(StringRef text,
                                        CompileOptions options = {}) {
  auto compiled = CompiledModule::compile(text.str(), std::move(options));
  if (!compiled) {
    ADD_FAILURE() << toString(compiled.takeError());
    return nullptr;
  }
  return std::move(*compiled);
}

std::string errorOf(StringRef text, CompileOptions options = {}) {
  auto compiled = CompiledModule::compile(text.str(), std::move(options));
  if (compiled)
    return "no error";
  return toString(compiled.takeError());
}

int64_t address(const void *pointer) {
  return static_cast<int64_t>(reinterpret_cast<intptr_t>(pointer));
}

void runScaleExp(const CompiledModule &compiled) {
  float x[3] = {0, 1, -1};
  int64_t args[] = {address(x), 3, 1, elena_from_double(2.0)};
  int64_t results[4];
  ElenaArena arena;
  elena_runtime_init(&arena);
  ASSERT_EQ(compiled.getEntry()(args, results, &arena.runtime), ELENA_OK);
  auto *y = reinterpret_cast<const float *>(results[1]);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[2], 3);
  EXPECT_EQ(results[3], 1);
  for (int i = 0; i < 3; ++i)
    EXPECT_FLOAT_EQ(y[i], 2 * std::exp(x[i]));
  elena_runtime_release(&arena);
}

TEST(CompilerTest, CompilesAndRuns) {
  auto compiled = compile(kScaleExp);
  ASSERT_TRUE(compiled);
  runScaleExp(*compiled);
  EXPECT_EQ(compiled->getEntryName(), "scale");
  ASSERT_THAT(compiled->getKernels(), SizeIs(1));
  const KernelInfo &kernel = compiled->getKernels()[0];
  EXPECT_THAT(kernel.name, HasSubstr("scale"));
  EXPECT_THAT(kernel.reads, ::testing::ElementsAre("?xf32"));
  EXPECT_THAT(kernel.writes, ::testing::ElementsAre("?xf32"));
  EXPECT_EQ(kernel.stages, 1);
  EXPECT_THAT(compiled->getTemporaries(), IsEmpty());
  EXPECT_THAT(compiled->getTimings(), ::testing::Not(IsEmpty()));
}

TEST(CompilerTest, DescribesTheSignature) {
  auto compiled = compile(kScaleExp);
  ASSERT_TRUE(compiled);
  ASSERT_THAT(compiled->getArguments(), SizeIs(2));
  EXPECT_EQ(compiled->getArguments()[0].rank, 1);
  EXPECT_EQ(compiled->getArguments()[0].elementType, "f32");
  EXPECT_EQ(compiled->getArguments()[1].rank, -1);
  EXPECT_EQ(compiled->getArguments()[1].elementType, "f64");
  ASSERT_THAT(compiled->getResults(), SizeIs(1));
  EXPECT_EQ(compiled->getResults()[0].rank, 1);
}

TEST(CompilerTest, CountsTemporaries) {
  auto compiled = compile(kShift);
  ASSERT_TRUE(compiled);
  ASSERT_THAT(compiled->getTemporaries(), SizeIs(1));
  EXPECT_EQ(compiled->getTemporaries()[0].type, "9xf32");
  EXPECT_EQ(compiled->getTemporaries()[0].bytes, 36);
  float x[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  int64_t args[] = {address(x), 10, 1};
  ElenaArena arena;
  elena_runtime_init(&arena);
  ASSERT_EQ(compiled->getEntry()(args, nullptr, &arena.runtime), ELENA_OK);
  EXPECT_THAT(x, ::testing::ElementsAre(0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
  elena_runtime_release(&arena);
}

TEST(CompilerTest, GuardsAndChecks) {
  auto compiled = compile(kChecks);
  ASSERT_TRUE(compiled);
  ASSERT_THAT(compiled->getChecks(), SizeIs(1));
  EXPECT_EQ(compiled->getChecks()[0].kind, "IndexError");
  EXPECT_THAT(compiled->getChecks()[0].message, HasSubstr("{0} is out of"));
  float x[8] = {1, 1, 1, 1, 1, 1, 1, 1};
  ElenaArena arena;
  elena_runtime_init(&arena);
  auto run = [&](int64_t n, int64_t i) {
    int64_t args[] = {address(x), n, 1, i};
    return compiled->getEntry()(args, nullptr, &arena.runtime);
  };
  EXPECT_EQ(run(7, 0), ELENA_GUARD);
  EXPECT_EQ(run(8, 9), ELENA_CHECK);
  EXPECT_EQ(arena.check, 0);
  EXPECT_EQ(arena.value_count, 2);
  EXPECT_EQ(arena.values[0], 9);
  EXPECT_EQ(arena.values[1], 8);
  EXPECT_EQ(x[0], 1);
  EXPECT_EQ(run(8, 0), ELENA_OK);
  EXPECT_EQ(x[7], 0);
  elena_runtime_release(&arena);
}

TEST(CompilerTest, Texts) {
  auto compiled = compile(kScaleExp);
  ASSERT_TRUE(compiled);
  std::pair<const char *, const char *> expected[] = {
      {"tensorref", "tensorref.map"},
      {"group", "tensorref.stage"},
      {"kernels", "tensorref.launch"},
      {"loops", "scf.for"},
      {"llvm-dialect", "llvm.func"},
      {"llvm", "define i32 @scale"},
      {"asm", "scale:"}};
  for (auto [level, part] : expected) {
    auto text = compiled->getText(level);
    ASSERT_TRUE(bool(text)) << level << ": " << toString(text.takeError());
    EXPECT_THAT(*text, HasSubstr(part)) << level;
  }
  EXPECT_THAT(toString(compiled->getText("ptx").takeError()),
              HasSubstr("cuda"));
  EXPECT_THAT(toString(compiled->getText("nonsense").takeError()),
              HasSubstr("nonsense"));
}

TEST(CompilerTest, MathIsInlinedAndVectorized) {
  auto compiled = compile(kScaleExp);
  ASSERT_TRUE(compiled);
  std::string ir = cantFail(compiled->getText("llvm"));
  EXPECT_THAT(ir, ::testing::Not(HasSubstr("call float @elena_")));
  EXPECT_THAT(ir, HasSubstr("x float>"));
}

TEST(CompilerTest, CHeader) {
  auto compiled = compile(kScaleExp);
  ASSERT_TRUE(compiled);
  std::string header = compiled->getCHeader();
  for (const char *part :
       {"int32_t scale(const int64_t *args", "struct ElenaRuntime",
        "float array of shape [?]", "the bits of a double",
        "scale_arg_words = 4", "scale_result_words = 4"})
    EXPECT_THAT(header, HasSubstr(part));
}

TEST(CompilerTest, ErrorsAreDiagnostics) {
  EXPECT_THAT(errorOf("func.func @f( {"), HasSubstr("error: "));
  EXPECT_THAT(errorOf("module {}"), HasSubstr("no entry"));
  EXPECT_THAT(errorOf("func.func @f() attributes {elena.entry} {\n"
                      "  tensorref.nonsense\n  return\n}"),
              HasSubstr(":2:"));
  CompileOptions options;
  options.alias = "sometimes";
  EXPECT_THAT(errorOf(kShift, options), HasSubstr("sometimes"));
  options = {};
  options.target = "cuda";
  options.chip = "sm_999";
  EXPECT_THAT(errorOf(kScaleExp, options), HasSubstr("sm_999"));
}

TEST(CompilerTest, OtherCPU) {
  CompileOptions options;
  options.machine.cpu = "x86-64";
  auto compiled = compile(kScaleExp, options);
  ASSERT_TRUE(compiled);
  EXPECT_EQ(compiled->getEntry(), nullptr);
  EXPECT_FALSE(compiled->getObject().empty());
}

TEST(CompilerTest, Cuda) {
  CompileOptions options;
  options.target = "cuda";
  options.chip = "sm_80";
  auto compiled = compile(kScaleExp, options);
  ASSERT_TRUE(compiled);
  std::string ptx = cantFail(compiled->getText("ptx"));
  EXPECT_THAT(ptx, HasSubstr(".target sm_80"));
  EXPECT_THAT(ptx, HasSubstr(".entry"));
  EXPECT_NE(compiled->getEntry(), nullptr);
  // The default run time has no GPU.
  float x[3] = {};
  int64_t args[] = {address(x), 3, 1, 0}, results[4];
  ElenaArena arena;
  elena_runtime_init(&arena);
  EXPECT_EQ(compiled->getEntry()(args, results, &arena.runtime), ELENA_LAUNCH);
  elena_runtime_release(&arena);
}

TEST(CompilerTest, Threads) {
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; ++k)
    threads.emplace_back([] {
      for (int i = 0; i < 5; ++i)
        if (auto compiled = compile(kScaleExp))
          runScaleExp(*compiled);
    });
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace
