//===- MathBitcode.h - The math functions as LLVM bitcode -------*- C++ -*-===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of elena_math.h as one LLVM module, to be parsed, linked into a
// kernel's module and inlined there.
//
// The module belongs to no target: its functions carry no `target-cpu` or
// `target-features`, and there are no module flags. Its triple and data layout
// are empty; set both to those of the kernel's module before linking, else the
// linker warns about the difference. Then, for a module `kernel`:
//
//     llvm::Linker::linkModules(kernel, std::move(math),
//                               llvm::Linker::Flags::LinkOnlyNeeded);
//     // and give what came the kernel's target-cpu and target-features,
//     internal
//     // linkage, and alwaysinline where the call is hot.
//
// Three duties of whoever compiles the result, without which the error bounds
// of elena_math.h are void:
//   - no contraction: TargetOptions::AllowFPOpFusion must not be `Fast`
//     (for NVPTX: `--nvptx-fma-level` not above 0);
//   - division and square root rounded (NVPTX: the default), denormals kept
//     (no `denormal-fp-math`, no `nvptx-f32ftz` attribute);
//   - a target with FMA (x86: `+fma`): without it every llvm.fma becomes a call
//     to libm, correct but slow.
//
//===----------------------------------------------------------------------===//

#ifndef ELENA_MATH_MATHBITCODE_H
#define ELENA_MATH_MATHBITCODE_H

#include <cstddef>

extern "C" {
extern const unsigned char elenaMathBitcode[];
extern const size_t elenaMathBitcodeSize; // in bytes
}

#endif // ELENA_MATH_MATHBITCODE_H
