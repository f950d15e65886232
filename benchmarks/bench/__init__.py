"""ViewBench measured: Elena, NumPy, hand-written C++ and other compilers, side by side.

`scripts/bench.sh` sets up the peers and runs this package. Every peer works in a process of its own; each
result is compared with NumPy's before it is timed, and rounds go through the peers by turns.
"""
