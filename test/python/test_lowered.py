"""f.lower(...): kernels, texts, graphs and files."""

import ctypes
import subprocess

import numpy as np
import pytest

import elena


@elena.jit
def decode(boxes, n):
    out = boxes[:n] * 2
    out[:, :2] -= out[:, 2:] / 2
    return out


BOXES = np.arange(40, dtype=np.float32).reshape(10, 4)


@pytest.fixture(scope="module")
def lowered():
    return decode.lower(BOXES, 7)


def decode_unfused():
    return elena.jit(decode.fn, fuse=False).lower(BOXES, 7)


def test_nothing_runs(lowered):
    assert decode.stats()["calls"] == 0
    np.testing.assert_array_equal(BOXES, np.arange(40, dtype=np.float32).reshape(10, 4))


def test_kernels(lowered):
    assert lowered.kernels
    for kernel in lowered.kernels:
        assert {"name", "reads", "writes", "bytes"} <= set(kernel)
        assert kernel["bytes"] > 0

    # out = boxes[:n] * 2
    assert decode_unfused().kernels[0]["bytes"] == 2 * 7 * 4 * 4


def test_temporaries_and_timings(lowered):
    assert isinstance(lowered.temporaries, list)
    assert lowered.timings and all(ms >= 0 for ms in lowered.timings.values())


@pytest.mark.parametrize(
    "level, words",
    [
        ("tensorref", "tensorref.slice"),
        ("group", "tensorref.group"),
        ("loops", "scf."),
        ("llvm", "define"),
    ],
)
def test_texts(lowered, level, words):
    assert words in lowered.as_text(level)


def test_texts_that_there_are_not(lowered):
    with pytest.raises(ValueError, match="level must be one of"):
        lowered.as_text("fortran")
    with pytest.raises(ValueError, match="target='cuda'"):
        lowered.as_text("ptx")
    with pytest.raises(ValueError, match="target must be"):
        decode.lower(BOXES, 7, target="tpu")


def test_graph(lowered):
    dot = lowered.graph("dot")
    assert dot.startswith('digraph "decode"') and "shape=ellipse" in dot and "test_lowered.py" in dot
    svg = lowered.graph("svg")
    assert "<svg" in svg and "boxes" in svg
    from elena.graph.svg import to_svg

    graph = elena.graph.parse(lowered.traced.text)
    assert "<ellipse" in to_svg(graph, "f")
    updated = next(key for key, node in graph.nodes.items() if node.label == "[:, :2]")
    (update,) = [source for source, target, kind in graph.edges if target == updated and kind == "write"]
    assert (updated, update, "read") in graph.edges  # out[:, :2] -= ... reads and writes it
    assert graph.nodes[update].detail == "subf" and graph.nodes[update].place.startswith("test_lowered.py:")


def test_ptx():
    c = decode.lower(BOXES, 7, target="cuda", chip="sm_80")
    assert ".target sm_80" in c.as_text("ptx")


def test_files(lowered, tmp_path):
    for suffix in (".mlir", ".ll", ".o", ".svg", ".dot"):
        paths = lowered.save(tmp_path / f"decode{suffix}")
        assert paths[0].stat().st_size > 0
    with pytest.raises(ValueError, match="suffix"):
        lowered.save(tmp_path / "decode.exe")
    cuda = decode.lower(BOXES, 7, target="cuda")
    assert ".entry" in cuda.save(tmp_path / "decode.ptx")[0].read_text()
    with pytest.raises(ValueError, match="target='cpu'"):
        cuda.save(tmp_path / "decode.so")


def test_shared_object_comes_with_a_header(lowered, tmp_path):
    library, header = lowered.save(tmp_path / "decode.so")
    assert header.name == "decode.h" and "int32_t" in header.read_text()
    subprocess.run(["cc", "-fsyntax-only", "-x", "c", str(header)], check=True)
    ctypes.CDLL(str(library))


def test_chip_is_for_cuda_only():
    with pytest.raises(ValueError, match="chip='sm_10' is for target='cuda'"):
        decode.lower(BOXES, 7, target="cpu", chip="sm_10")
    with pytest.raises(ValueError, match="target must be 'cpu' or 'cuda', not 'tpu'"):
        decode.lower("nothing", target="tpu")
    assert decode.lower(BOXES, 7).chip is None
    assert decode.lower(BOXES, 7, target="cuda").chip == "sm_90"


@pytest.mark.parametrize("suffix", [".mlir", ".ll", ".s", ".o", ".so", ".ptx", ".h", ".dot", ".svg"])
def test_places_that_files_cannot_go_to(lowered, tmp_path, suffix):
    with pytest.raises(FileNotFoundError, match="nodir'$"):
        lowered.save(tmp_path / "nodir" / f"x{suffix}")
    (tmp_path / f"d{suffix}").mkdir()
    with pytest.raises(IsADirectoryError):
        lowered.save(tmp_path / f"d{suffix}")


def test_unwritable_places(lowered, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_, **__: False)  # root may write anywhere
    with pytest.raises(PermissionError):
        lowered.save(tmp_path / "x.so")


def test_fused_graph(monkeypatch):
    fused = elena.jit(decode.fn).lower(BOXES, 7)
    dot = fused.graph("dot", fused=True)
    assert dot.count("subgraph cluster") == 1  # one loop nest, one launch
    assert "out[:, :2] -= out[:, 2:] / 2" in dot
    assert "m_arg0 [label=\"boxes\"" in dot
    apart = decode_unfused().graph("dot", fused=True)
    assert apart.count("subgraph cluster") == len(decode_unfused().kernels)
    with pytest.raises(ValueError, match="form must be"):
        fused.graph("png", fused=True)
    monkeypatch.setattr("shutil.which", lambda name: None)
    drawn = fused.graph("svg", fused=True)  # without graphviz
    assert drawn.startswith("<svg") and "out[:, :2] -= out[:, 2:] / 2" in drawn


def overwrite(x, u):
    x[:] = u
    x[1:] = x[:-1] * 2
    return x + u


def test_graph_of_dependences(monkeypatch):
    lowered = elena.jit(overwrite).lower(np.zeros(9), np.zeros(9))
    dot = lowered.graph("dot", edges=True)
    assert ": x[:] = u\\ncopy\\nreads u[0 + ?*1]\\nwrites x[0 + ?*1]" in dot
    assert "subgraph" not in dot  # before fusion, whatever fuse= is
    # x[:] = u, x[:-1] * 2, the copy of that into x[1:], x + u
    for edge in (
        'n0 -> n1 [label="RAW contains", color="#b45309", style=dashed]',
        'n0 -> n2 [label="WAW contains", color="#b45309", style=dashed]',
        'n0 -> n3 [label="RAW equal", color="#0f172a"]',
        'n0 -> n3 [label="RAR equal", color="#94a3b8", style=dotted',
        'n1 -> n2 [label="RAW equal", color="#0f172a"]',
        'n1 -> n2 [label="WAR unknown", color="#b45309", style=dashed]',
        'n2 -> n3 [label="RAW contained", color="#b45309", style=dashed]',
    ):
        assert edge in dot
    monkeypatch.setattr("shutil.which", lambda name: None)
    drawn = lowered.graph("svg", edges=True)  # without graphviz
    assert drawn.count("<path") == 2 * 6 + 2  # a line each, and a point if it is an order: two are RAR
    assert all(f">{label}<" in drawn for label in ("RAW contains", "WAR unknown", "RAR equal"))


def running_sum(x, s):
    for i in range(1, len(x)):
        x[i] = x[i - 1] + 1
    for i in range(len(x)):
        s += x[i]
    for i in range(len(x)):
        if x[i] > 0:
            x[i] = 0


def test_graph_of_loops(monkeypatch):
    lowered = elena.jit(running_sum).lower(np.zeros(100), np.zeros(()))
    dot = lowered.graph("dot", edges=True)
    assert dot.count("subgraph cluster_in") == 4  # three loops, and the branch
    assert 'subgraph cluster_in0 { label="for"' in dot and "for i in range(1, len(x)):" in dot
    # The loop itself is node 0; in it x[i-1] is copied, 1 is added, and the sum is copied into x[i].
    look = 'color="#7c3aed", fontcolor="#7c3aed", constraint=false'
    assert f'n3 -> n1 [label="RAW d=1", {look}, style=dashed]' in dot
    assert f'n6 -> n6 [label="RAW d>=1\\nWAR d>=1\\nWAW d>=1", {look}, style=solid]' in dot
    json_text = lowered.compiled.text("program-graph")
    assert '"label":"RAW d=1 equal"' in json_text and '"label":"WAW d>=1 equal"' in json_text
    assert json_text.count('"distance":"d=1"') == 1  # nothing carried in the last loop
    monkeypatch.setattr("shutil.which", lambda name: None)
    drawn = lowered.graph("svg", edges=True)  # without graphviz
    assert drawn.count('fill="none" stroke="#7c3aed" stroke-dasharray="4 3"/>') >= 4  # a frame each


def follow(x):
    for i in range(2, len(x)):
        x[i] = x[i - 2]


def test_labels_of_carried_edges(monkeypatch):
    lowered = elena.jit(follow).lower(np.zeros(100))
    dot = lowered.graph("dot", edges=True)
    assert 'label="RAW d=2 equal", color="#7c3aed", fontcolor="#7c3aed", constraint=false' in dot
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert ">RAW d=2 equal<" in lowered.graph("svg", edges=True)
    assert "cluster" in lowered.graph("dot", fused=True)  # its loop is a box after fusion, too
