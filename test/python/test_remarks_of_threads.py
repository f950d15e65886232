"""Remarks of functions that are compiled in parallel: MLIR's YAML streamer keeps no lock, and crashed."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPT = pathlib.Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build")) / "bin" / "elena-opt"
FUNCTION = """
func.func @f{k}(%x: !tensorref.ref<100xf32>) {{
  %a = tensorref.alloc [100] : !tensorref.ref<100xf32>
  tensorref.map ins(%x : !tensorref.ref<100xf32>) outs(%a : !tensorref.ref<100xf32>) {{
    ^bb0(%u: f32):
    %v = arith.addf %u, %u : f32
    tensorref.yield %v : f32
  }}
  tensorref.copy %a to %x : !tensorref.ref<100xf32>, !tensorref.ref<100xf32>
  return
}}
"""
FUNCTIONS = 60


def test_remarks_of_functions_that_are_compiled_in_parallel(tmp_path):
    source, remarks = tmp_path / "many.mlir", tmp_path / "remarks.yaml"
    source.write_text("".join(FUNCTION.format(k=k) for k in range(FUNCTIONS)))
    passes = ["--tensorref-resolve-overlap", "--tensorref-form-groups", "--tensorref-fuse-stages"]
    to_file = ["--remarks-filter=tensorref.fusion", "--remark-format=yaml", f"--remarks-output-file={remarks}"]
    for _ in range(20):
        done = subprocess.run([OPT, source, *passes, *to_file, "-o", os.devnull], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert remarks.read_text().count("Name:            Bytes") == FUNCTIONS
