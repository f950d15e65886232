//===- CodegenTest.cpp - LLVM dialect to running code ---------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/Codegen.h"
#include "elena/Runtime/elena.h"
#include "elena/Target/Jit.h"
#include "elena/Target/ObjectFile.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "gmock/gmock.h"
#include <cmath>
#include <dlfcn.h>

using namespace elena;
using namespace llvm;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// y[i] = x[i] * a + y[i] for args [x, y, n, a]; results get n.
constexpr const char *kAxpy = R"mlir(
llvm.func private @kernel(%x: !llvm.ptr {llvm.noalias}, %y: !llvm.ptr {llvm.noalias}, %n: i64, %a: f32) {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one = llvm.mlir.constant(1 : i64) : i64
  llvm.br ^head(%zero : i64)
^head(%i: i64):
  %c = llvm.icmp "slt" %i, %n : i64
  llvm.cond_br %c, ^body, ^exit
^body:
  %px = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %py = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %vx = llvm.load %px : !llvm.ptr -> f32
  %vy = llvm.load %py : !llvm.ptr -> f32
  %m = llvm.fmul %vx, %a : f32
  %s = llvm.fadd %m, %vy : f32
  llvm.store %s, %py : f32, !llvm.ptr
  %next = llvm.add %i, %one : i64
  llvm.br ^head(%next : i64)
^exit:
  llvm.return
}
llvm.func @axpy(%args: !llvm.ptr, %results: !llvm.ptr, %rt: !llvm.ptr) -> i32 {
  %x = llvm.load %args : !llvm.ptr -> !llvm.ptr
  %p1 = llvm.getelementptr %args[1] : (!llvm.ptr) -> !llvm.ptr, i64
  %y = llvm.load %p1 : !llvm.ptr -> !llvm.ptr
  %p2 = llvm.getelementptr %args[2] : (!llvm.ptr) -> !llvm.ptr, i64
  %n = llvm.load %p2 : !llvm.ptr -> i64
  %p3 = llvm.getelementptr %args[3] : (!llvm.ptr) -> !llvm.ptr, i64
  %d = llvm.load %p3 : !llvm.ptr -> f64
  %a = llvm.fptrunc %d : f64 to f32
  llvm.call @kernel(%x, %y, %n, %a) : (!llvm.ptr, !llvm.ptr, i64, f32) -> ()
  llvm.store %n, %results : i64, !llvm.ptr
  %ok = llvm.mlir.constant(0 : i32) : i32
  llvm.return %ok : i32
}
)mlir";

class CodegenTest : public ::testing::Test {
protected:
  void SetUp() override {
    mlir::DialectRegistry registry;
    mlir::registerBuiltinDialectTranslation(registry);
    mlir::registerLLVMDialectTranslation(registry);
    mlirContext.appendDialectRegistry(registry);
    mlirContext.loadDialect<mlir::LLVM::LLVMDialect>();
  }

  /// Compiles `source`; the object is in `object`, the IR in `ir`.
  void compile(const char *source, const std::string &entry,
               const TargetSpec &spec = TargetSpec()) {
    auto op = mlir::parseSourceString<mlir::ModuleOp>(source, &mlirContext);
    ASSERT_TRUE(op);
    machine = cantFail(createTargetMachine(spec));
    LLVMContext context;
    auto module = cantFail(translateToLLVM(*op, context, *machine));
    internalizeAllBut(*module, {entry});
    cantFail(linkMath(*module));
    cantFail(optimize(*module, *machine));
    raw_string_ostream(ir) << *module;
    cantFail(emitObject(*module, *machine, object));
  }

  mlir::MLIRContext mlirContext;
  std::unique_ptr<TargetMachine> machine;
  SmallVector<char, 0> object;
  std::string ir;
};

int64_t address(void *pointer) {
  return static_cast<int64_t>(reinterpret_cast<intptr_t>(pointer));
}

void checkAxpy(ElenaEntry entry) {
  float x[5] = {1, 2, 3, 4, 5}, y[5] = {10, 20, 30, 40, 50};
  int64_t args[] = {address(x), address(y), 5, elena_from_double(2.0)};
  int64_t results[1] = {0};
  ASSERT_EQ(entry(args, results, nullptr), ELENA_OK);
  EXPECT_EQ(results[0], 5);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(y[i], 2 * x[i] + 10 * (i + 1));
}

TEST_F(CodegenTest, RunsInTheProcess) {
  compile(kAxpy, "axpy");
  auto code = cantFail(JitCode::load(object, "axpy"));
  checkAxpy(reinterpret_cast<ElenaEntry>(cantFail(code->lookup("axpy"))));
}

TEST_F(CodegenTest, VectorizesAndDoesNotContract) {
  compile(kAxpy, "axpy");
  EXPECT_THAT(ir, HasSubstr("x float>"));
  EXPECT_THAT(ir, HasSubstr("fmul <"));
  EXPECT_THAT(ir, Not(HasSubstr("llvm.fma")));
}

TEST_F(CodegenTest, KeepsOnlyTheEntryVisible) {
  compile(kAxpy, "axpy");
  EXPECT_THAT(ir, HasSubstr("define i32 @axpy("));
  EXPECT_THAT(ir, Not(HasSubstr("define void @kernel(")));
}

TEST_F(CodegenTest, ManyModulesWithTheSameName) {
  compile(kAxpy, "axpy");
  auto first = cantFail(JitCode::load(object, "axpy"));
  auto second = cantFail(JitCode::load(object, "axpy"));
  void *address = cantFail(first->lookup("axpy"));
  EXPECT_NE(address, cantFail(second->lookup("axpy")));
  second.reset();
  checkAxpy(reinterpret_cast<ElenaEntry>(address));
}

TEST_F(CodegenTest, MissingSymbolsAreNamed) {
  compile(kAxpy, "axpy");
  auto code = cantFail(JitCode::load(object, "axpy"));
  EXPECT_THAT(toString(code->lookup("nowhere").takeError()),
              HasSubstr("nowhere"));
}

TEST_F(CodegenTest, LinksASharedLibrary) {
  compile(kAxpy, "axpy");
  SmallString<128> path;
  ASSERT_FALSE(sys::fs::createTemporaryFile("axpy", "so", path));
  cantFail(linkSharedLibrary(object, path));
  void *library = dlopen(path.c_str(), RTLD_NOW);
  ASSERT_TRUE(library) << dlerror();
  checkAxpy(reinterpret_cast<ElenaEntry>(dlsym(library, "axpy")));
  dlclose(library);
  sys::fs::remove(path);
}

TEST_F(CodegenTest, OtherCPU) {
  compile(kAxpy, "axpy", TargetSpec{"", "x86-64", ""});
  EXPECT_THAT(ir, HasSubstr("\"target-cpu\"=\"x86-64\""));
  EXPECT_THAT(ir, HasSubstr("<4 x float>"));
  EXPECT_FALSE((TargetSpec{"", "x86-64", ""}).isHost());
  EXPECT_TRUE(TargetSpec().isHost());
}

TEST_F(CodegenTest, CrossCompiles) {
  compile(kAxpy, "axpy",
          TargetSpec{"aarch64-unknown-linux-gnu", "cortex-a76", ""});
  ASSERT_GT(object.size(), 20u);
  EXPECT_EQ(static_cast<unsigned char>(object[18]), 183u); // EM_AARCH64
}

TEST_F(CodegenTest, UnknownTargetsAreNamed) {
  auto cpu = createTargetMachine(TargetSpec{"", "pentium-9", ""});
  EXPECT_THAT(toString(cpu.takeError()), HasSubstr("pentium-9"));
  auto triple = createTargetMachine(TargetSpec{"vax-dec-vms", "", ""});
  EXPECT_THAT(toString(triple.takeError()), HasSubstr("vax"));
}

} // namespace
