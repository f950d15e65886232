/*===- Runtime.c - the default run time, out of line ----------------------===*\
|*                                                                            *|
|* Part of the Elena project, under the Apache License v2.0 with LLVM         *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
|* For programs, and for foreign-function interfaces of other languages, that *|
|* cannot use the inline functions of elena/Runtime/elena.h.                  *|
\*===----------------------------------------------------------------------===*/

#define ELENA_RUNTIME_EXTERNAL
#define ELENA_RUNTIME_DEFINE
#include "elena/Runtime/elena.h"
