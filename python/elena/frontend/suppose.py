"""Guards from which the compiler can prove that a check of bounds holds.

`labels[areas.argmin(axis=1)]` is in bounds if there are as many labels as columns. That is a question about sizes: where
it holds for the call at hand it becomes a guard, and with it the check is dropped later (`tensorref-elide-checks`).
Nothing here is relied on: a supposition that is wrong, or out of date, leaves the check where it is.
"""

from __future__ import annotations

from typing import Any

from . import polynomials as poly
from .dtypes import is_integer
from .symbolic import Sym, SymBool, is_data
from .trace import Trace


def _is_metadata(value: Any) -> bool:
    return (type(value) is int or isinstance(value, Sym)) and not is_data(value)


def suppose(condition: bool | SymBool) -> bool:
    """Whether the condition is about metadata and holds for this call: it becomes a guard."""
    if not isinstance(condition, SymBool) or is_data(condition):
        return condition is True
    return bool(condition.hint) and Trace.current().decide(condition)


def state_size(size: Any) -> None:
    """The least that a size can be: known from the key of the version, which the compiler does not see."""
    if not isinstance(size, Sym) or is_data(size):
        return
    trace = Trace.current()
    if trace.general and trace.in_region:
        return  # what the branch says about a number of the call is not known at the entry
    least = trace.facts.bounds(size)[0]
    if 0 < least < 2**31:
        trace.once(("at least", size.key()), lambda: _state_least(trace, size, int(least)))


def _state_least(trace: Trace, size: Sym, least: int) -> str:
    with trace.at_root():
        held = trace.emit(f"arith.cmpi sge, {trace.ssa(size)}, {trace.constant(least, 'index')} : index", "b")
        trace.emit_void(f"tensorref.guard {held}")
    return held


def note_below(array: Any, bound: Any) -> None:
    """The elements that were stored last are less than `bound`."""
    if _is_metadata(bound):
        array.storage.below = bound


def note_result(name: str, operands: list, result: Any) -> None:
    """What a ufunc with a number as its last operand says of its result."""
    last = operands[-1]
    if not is_integer(result.dtype):
        return
    if name in ("clip", "minimum") and _is_metadata(last):
        note_below(result, last + 1)
    elif name == "remainder" and _is_metadata(last):
        state_size(last)
        suppose(last > 0)
        note_below(result, last)


def suppose_elements(index: Any, size: Any) -> None:
    """The elements of an index array are probably in bounds."""
    state_size(size)
    below = index.storage.below
    if below is not None and not is_data(size):
        suppose(below <= size)


def suppose_index(index: Any, size: Any) -> None:
    """So is the index of a loop: where the largest one is, that is in the facts."""
    if not isinstance(index, Sym) or is_data(size):
        return
    for atom in poly.atoms(index.terms):
        if atom.data and index.terms.get((atom,), 0) > 0:
            # One of them is enough, and the newest is the one of the innermost `if`.
            for most in reversed(_bounds_above(atom)):
                largest = index.table.build(poly.add(index.terms, poly.add(most, {(atom,): 1}, -1), index.terms[(atom,)]))
                if suppose(largest < size):
                    break


def _bounds_above(atom: Any) -> list[poly.Terms]:
    """Metadata that are at least the atom, by a fact `bound - atom >= 0`."""
    facts = [fact for fact in Trace.current().facts.nonnegative if fact.get((atom,)) == -1]
    bounds = [{monomial: c for monomial, c in fact.items() if monomial != (atom,)} for fact in facts]
    return [bound for bound in bounds if not any(other.data for other in poly.atoms(bound))]
