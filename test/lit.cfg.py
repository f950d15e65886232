"""lit configuration: `scripts/test.sh lit`, or `lit -v build/test [--filter NAME]`."""

import os

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "elena"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
# crashes: bare inputs, see test/python/test_fuzz_crashes.py.
config.excludes = ["Inputs", "lib", "unit", "python", "crashes"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.elena_binary_dir, "test")

elena_tools_dir = os.path.join(config.elena_binary_dir, "bin")
llvm_config.with_system_environment(["HOME", "TMP", "TEMP", "CUDA_HOME"])
llvm_config.with_environment("PATH", elena_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
if config.elena_sanitize:
    # libMLIR is not instrumented: see "false positive 1" in docs/Debugging.md.
    llvm_config.with_environment("ASAN_OPTIONS", "allow_user_poisoning=0:allocator_may_return_null=1")
    llvm_config.with_environment("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")

ptxas = config.elena_ptxas
if ptxas and os.access(ptxas, os.X_OK):
    config.available_features.add("ptxas")
    llvm_config.with_environment("PATH", os.path.dirname(ptxas), append_path=True)
else:
    ptxas = "ptxas"

llvm_config.add_tool_substitutions(
    [
        ToolSubst("elena-opt", unresolved="ignore"),
        ToolSubst("elena-test-opt", unresolved="ignore"),
        ToolSubst("elena-translate", unresolved="ignore"),
        ToolSubst("mlir-opt", unresolved="ignore"),
        ToolSubst("mlir-translate", unresolved="ignore"),
        ToolSubst("split-file", unresolved="ignore"),
        ToolSubst("ptxas", command=ptxas),
        "FileCheck",
        "count",
        "not",
    ],
    [elena_tools_dir, config.llvm_tools_dir],
)

config.substitutions.append(("%elena_src", config.elena_source_dir))
config.substitutions.append(("%elena_build", config.elena_binary_dir))
config.substitutions.append(("%python", config.elena_python))
