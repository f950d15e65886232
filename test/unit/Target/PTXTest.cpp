//===- PTXTest.cpp - Chips, linking and PTX text ------------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/PTX.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace elena;
using namespace llvm;
using testing::HasSubstr;
using testing::Not;

/// Writes `text` as PTX, with the math library linked.
static Expected<std::string> toPTX(StringRef text, const char *chip,
                                   unsigned optLevel = 3) {
  LLVMContext context;
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module =
      parseAssemblyString(text, diagnostic, context);
  if (!module)
    return createStringError(diagnostic.getMessage());
  if (Error error = linkElenaMath(*module))
    return error;
  return writePTX(*module, {chip, optLevel});
}

static const char *const kernel = R"(
declare float @elena_exp_f32(float)
declare double @elena_pow_f64(double, double)
define ptx_kernel void @k(ptr %p, ptr %q, double %d) "nvvm.maxntid"="256,1,1" {
  %x = load float, ptr %p
  %e = call float @elena_exp_f32(float %x)
  %m = fmul float %e, %x
  %a = fadd float %m, 1.0
  %s = call float @llvm.sqrt.f32(float %a)
  %v = fdiv float %s, %x
  %t = call float @llvm.maximum.f32(float %v, float %x)
  store float %t, ptr %p
  %y = fpext float %t to double
  %w = call double @elena_pow_f64(double %y, double %d)
  store double %w, ptr %q
  ret void
})";

TEST(PTX, EveryKnownChip) {
  for (const ChipInfo &chip : getKnownChips()) {
    SCOPED_TRACE(chip.name.str());
    for (unsigned level : {0, 3}) {
      Expected<std::string> ptx = toPTX(kernel, chip.name.data(), level);
      ASSERT_TRUE(bool(ptx)) << toString(ptx.takeError());
      EXPECT_THAT(*ptx, HasSubstr(".target " + chip.name.str()));
      EXPECT_THAT(*ptx, HasSubstr(".visible .entry k("));
      EXPECT_THAT(*ptx, HasSubstr(".maxntid 256, 1, 1"));
      EXPECT_THAT(*ptx, Not(HasSubstr(".extern")));
      // Rounded to nearest, never contracted, never approximate.
      EXPECT_THAT(*ptx, HasSubstr("sqrt.rn.f32"));
      EXPECT_THAT(*ptx, HasSubstr("div.rn.f32"));
      EXPECT_THAT(*ptx, Not(HasSubstr(".approx")));
    }
  }
}

TEST(PTX, MultiplyAndAddStayTwoRoundings) {
  Expected<std::string> ptx = toPTX(R"(
define ptx_kernel void @k(ptr %p) {
  %x = load float, ptr %p
  %m = fmul float %x, %x
  %a = fadd float %m, %x
  store float %a, ptr %p
  ret void
})",
                                    "sm_90");
  ASSERT_TRUE(bool(ptx));
  // Without ".rn" ptxas itself might contract them.
  EXPECT_THAT(*ptx, HasSubstr("mul.rn.f32"));
  EXPECT_THAT(*ptx, HasSubstr("add.rn.f32"));
  EXPECT_THAT(*ptx, Not(HasSubstr("fma")));
}

TEST(PTX, UnknownChip) {
  Expected<std::string> ptx = toPTX(kernel, "sm_999");
  ASSERT_FALSE(bool(ptx));
  std::string message = toString(ptx.takeError());
  EXPECT_THAT(message, HasSubstr("unknown chip 'sm_999'; the known ones are: "
                                 "sm_75 sm_80"));
  EXPECT_THAT(message, HasSubstr("sm_120"));
}

TEST(PTX, UnresolvedFunctionIsNamed) {
  Expected<std::string> ptx = toPTX(R"(
declare float @__nv_expf(float)
define ptx_kernel void @k(ptr %p) {
  %x = load float, ptr %p
  %e = call float @__nv_expf(float %x)
  store float %e, ptr %p
  ret void
})",
                                    "sm_90");
  ASSERT_FALSE(bool(ptx));
  EXPECT_EQ(toString(ptx.takeError()),
            "unresolved function '__nv_expf' in a GPU kernel");
}

TEST(PTX, UnknownElenaFunctionIsNamed) {
  Expected<std::string> ptx = toPTX(R"(
declare float @elena_gamma_f32(float)
define ptx_kernel void @k(ptr %p) {
  %x = load float, ptr %p
  %e = call float @elena_gamma_f32(float %x)
  store float %e, ptr %p
  ret void
})",
                                    "sm_90");
  ASSERT_FALSE(bool(ptx));
  EXPECT_EQ(toString(ptx.takeError()),
            "unresolved function 'elena_gamma_f32' in a GPU kernel");
}

TEST(PTX, IntrinsicWithoutCodeIsNamed) {
  Expected<std::string> ptx = toPTX(R"(
define ptx_kernel void @k(ptr %p) {
  %x = load double, ptr %p
  %e = call double @llvm.exp.f64(double %x)
  store double %e, ptr %p
  ret void
})",
                                    "sm_90");
  ASSERT_FALSE(bool(ptx));
  EXPECT_EQ(toString(ptx.takeError()),
            "no GPU code for the intrinsic 'llvm.exp.f64' in a GPU kernel");
}

TEST(PTX, UnresolvedVariableIsNamed) {
  Expected<std::string> ptx = toPTX(R"(
@table = external global [4 x float]
define ptx_kernel void @k(ptr %p) {
  %x = load float, ptr @table
  store float %x, ptr %p
  ret void
})",
                                    "sm_90");
  ASSERT_FALSE(bool(ptx));
  EXPECT_EQ(toString(ptx.takeError()),
            "unresolved variable 'table' in a GPU kernel");
}
