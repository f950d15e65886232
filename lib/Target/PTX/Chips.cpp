//===- Chips.cpp - The chips that PTX is written for ------------------===//
//
// Part of the Elena project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Target/PTX.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace elena {

// Every row was tried with LLVM 22's back end and with ptxas 13.0. Chips below
// sm_75 are not listed: CUDA 13 has dropped them.
static constexpr ChipInfo knownChips[] = {
    {"sm_75", 63},   {"sm_80", 70},   {"sm_86", 71},   {"sm_87", 74},
    {"sm_88", 90},   {"sm_89", 78},   {"sm_90", 78},   {"sm_90a", 80},
    {"sm_100", 86},  {"sm_100a", 86}, {"sm_100f", 88}, {"sm_103", 88},
    {"sm_103a", 88}, {"sm_103f", 88}, {"sm_110", 90},  {"sm_110a", 90},
    {"sm_110f", 90}, {"sm_120", 87},  {"sm_120a", 87}, {"sm_120f", 88},
    {"sm_121", 88},  {"sm_121a", 88}, {"sm_121f", 88},
};

ArrayRef<ChipInfo> getKnownChips() { return knownChips; }

Expected<ChipInfo> lookupChip(StringRef chip) {
  for (const ChipInfo &info : knownChips)
    if (info.name == chip)
      return info;
  std::string names = join(
      map_range(knownChips, [](const ChipInfo &info) { return info.name; }),
      " ");
  return createStringError("unknown chip '" + chip +
                           "'; the known ones are: " + names);
}

} // namespace elena
