"""20,000 random chains of views agree with NumPy: shape, strides, data pointer, view or copy.

Once through the C++ formulas (`elena-view-arith`), once through `elena-opt --canonicalize`, which
folds a chain into one `tensorref.strided_view`.
"""

import pathlib
import re
import subprocess
from collections import Counter

import numpy as np
import pytest
from view_chains import expected_text, random_chains, to_arith
from view_chains_mlir import bind, copying_reshape, dynamic_function, folded, runtime_function, static_function

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build" / "bin"
COUNT = 20_000


@pytest.fixture(scope="module")
def chains():
    return random_chains(COUNT, seed=20_000)


@pytest.fixture(scope="module")
def views(chains):
    return [(k, chain) for k, chain in enumerate(chains) if chain.expected is not None]


def test_the_chains_are_varied(chains):
    ops = Counter(op.name for chain in chains for op in chain.ops)
    assert len(ops) == 11 and min(ops.values()) > 1000, ops
    assert sum(chain.expected is None for chain in chains) > 500  # reshapes that copy
    results = [chain.expected for chain in chains if chain.expected]
    assert sum(0 in sizes for _, sizes, _ in results) > 1000
    assert sum(min(strides, default=0) < 0 for _, _, strides in results) > 1000
    assert sum(0 in strides for _, _, strides in results) > 1000


def test_VIEW_COMPOSE_1_view_arithmetic_agrees_with_numpy(chains):
    lines = "".join(to_arith(chain) + "\n" for chain in chains)
    run = subprocess.run([BIN / "elena-view-arith"], input=lines, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    got = run.stdout.splitlines()
    assert len(got) == len(chains)
    wrong = [
        f"{to_arith(chain)}\n  NumPy {expected_text(chain.expected)}\n  Elena {line}"
        for chain, line in zip(chains, got, strict=True)
        if line != expected_text(chain.expected)
    ]
    assert not wrong, f"{len(wrong)} of {len(chains)} chains differ:\n" + "\n".join(wrong[:5])


def canonicalize(text, tmp_path):
    source = tmp_path / "chains.mlir"
    source.write_text(text)
    run = subprocess.run([BIN / "elena-opt", "--canonicalize", source], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[:4000]
    return run.stdout


def differences(views, got, write):
    """The chains whose folded form is not NumPy's view."""
    wrong = []
    for k, chain in views:
        argument = (0, chain.shape, chain.strides) if write is static_function else (0, (), ())
        if (argument if got[k] == "same" else got[k]) != chain.expected:
            wrong.append(f"{to_arith(chain)}\n  NumPy {chain.expected}\n  Elena {got[k]}\n{write(k, chain)}")
    return wrong


def has_distinct_elements(shape, strides):
    addresses = np.zeros(shape, int)
    for d, (n, stride) in enumerate(zip(shape, strides, strict=True)):
        addresses += (np.arange(n) * stride).reshape([-1 if e == d else 1 for e in range(len(shape))])
    return len(np.unique(addresses)) == addresses.size


@pytest.mark.parametrize("write", [static_function, dynamic_function])
def test_VIEW_COMPOSE_3_canonicalization_agrees_with_numpy(views, write, tmp_path):
    got, injective = folded(canonicalize("".join(write(k, chain) for k, chain in views), tmp_path))
    assert len(got) == len(views) > COUNT * 0.9
    wrong = differences(views, got, write)
    assert not wrong, f"{len(wrong)} of {len(views)} chains differ:\n" + "\n".join(wrong[:3])
    # `injective` says that the ops let no two indices share an element, if those of the argument do not.
    untrue = [
        write(k, chain)
        for k, chain in views
        if k in injective
        and has_distinct_elements(chain.shape, chain.strides)
        and not has_distinct_elements(*chain.expected[1:])
    ]
    assert not untrue, f"{len(untrue)} of {len(injective)} are not injective:\n" + untrue[0]


def what_elements_tell(view):
    """Without the offset and strides that no element depends on."""
    if not isinstance(view, tuple) or 0 in view[1]:
        return view if isinstance(view, str) else view[1]
    offset, sizes, strides = view
    return offset, sizes, tuple(s for n, s in zip(sizes, strides, strict=True) if n > 1)


def goes_on_from_nothing(chain):
    """Element 0 of a view without elements, which as_strided starts from, may lie elsewhere (VIEW-SLICE-5)."""
    return any(op.name == "strided" and 0 in op.source_shape for op in chain.ops)


def test_VIEW_SLICE_6_run_time_numbers_give_the_same_views(views, tmp_path):
    """Canonicalized while all integers are arguments; their values are filled in afterwards."""
    views = [(k, chain) for k, chain in views[::4] if not goes_on_from_nothing(chain)]
    functions = {k: runtime_function(k, chain) for k, chain in views}
    symbolic = canonicalize("".join(text for text, _ in functions.values()), tmp_path)
    assert symbolic.count("tensorref.strided_view") <= len(views)  # every chain has become one view
    assert not re.search("tensorref.(?!strided_view|ref)", symbolic)
    got, _ = folded(canonicalize(bind(symbolic, {k: values for k, (_, values) in functions.items()}), tmp_path))
    wrong = [
        f"{to_arith(chain)}\n  NumPy {chain.expected}\n  Elena {got[k]}\n{functions[k][0]}"
        for k, chain in views
        if what_elements_tell((0, (), ()) if got[k] == "same" else got[k]) != what_elements_tell(chain.expected)
    ]
    assert not wrong, f"{len(wrong)} of {len(views)} chains differ:\n" + "\n".join(wrong[:3])


def test_VIEW_RESHAPE_1_a_reshape_that_copies_is_refused(chains, tmp_path):
    copies = [copying_reshape(k, chain) for k, chain in enumerate(chains) if chain.expected is None]
    separator = "// -----\n"
    source = tmp_path / "copies.mlir"
    source.write_text(separator.join(copies))
    run = subprocess.run([BIN / "elena-opt", "--split-input-file", source], capture_output=True, text=True)
    assert run.returncode != 0
    errors = re.findall(r"copies\.mlir:(\d+):\d+: error: (.*)", run.stderr)
    lines_each = copies[0].count("\n") + separator.count("\n")
    refused = {(int(line) - 1) // lines_each for line, _ in errors}
    accepted = [copies[k] for k in range(len(copies)) if k not in refused]
    assert not accepted, f"{len(accepted)} of {len(copies)} accepted, such as\n{accepted[0]}"
    assert all("reshape" in message and "copy" in message for _, message in errors), errors[0]
