"""tinygrad (tinygrad/tinygrad#15093): lazy evaluation of a swap of two slices.

The copy of the one slice was evaluated only after the other slice had been written over it.
"""

from miscompiles import check_dtypes, spellings


def swap_of_new_slices(x):
    y = x.copy()
    y[:5], y[5:] = y[5:].copy(), y[:5].copy()
    return y


def swap_of_overlapping_slices(x):
    x[:6], x[4:] = x[4:].copy(), x[:6].copy()


@spellings(swap_of_new_slices, swap_of_overlapping_slices)
def test_swap_of_slices(fn):
    check_dtypes(fn)
