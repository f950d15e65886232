"""What a run-time loop runs over: ranges, rows of arrays, and enumerate, zip and reversed of them."""

from __future__ import annotations

from typing import Any

from ..arrays import Array, Storage
from ..errors import fail
from ..symbolic import Sym, depends_on_number, is_data, minimum


class RunTimeItems:
    """A sequence of `trip` items, of which item k is made of a run-time k."""

    trip: int | Sym

    def item(self, k: Any) -> Any:
        raise NotImplementedError

    def facts(self, k: Any) -> list:
        """Conditions that hold for 0 <= k < trip, beside these."""
        return []

    def storages(self) -> list[Storage]:
        """What the items are read from."""
        return []

    def decides_compile(self) -> bool:
        """Whether the number of items follows from sizes of arrays, which a version may be compiled for."""
        return not is_data(self.trip) and not depends_on_number(self.trip)


class RunTimeRange(RunTimeItems):
    def __init__(self, start: Any, stop: Any, step: int | Sym):
        """`step` is of a known sign."""
        self.start, self.stop, self.step = start, stop, step
        extent = stop - start if step > 0 else start - stop
        length = (extent + (abs(step) - 1)) // abs(step)
        self.trip = length if (length >= 0) is True else _at_least_zero(length)

    def item(self, k: Any) -> Any:
        return self.start + k * self.step

    def facts(self, k: Any) -> list:
        return [self.item(k) < self.stop if self.step > 0 else self.item(k) > self.stop]


def _at_least_zero(length: Any) -> Any:
    from ..symbolic import maximum

    return maximum(length, 0)


class Rows(RunTimeItems):
    def __init__(self, array: Array):
        self.array, self.trip = array, array.shape[0]

    def item(self, k: Any) -> Any:
        return self.array[k]

    def storages(self) -> list[Storage]:
        return [self.array.storage]


class Enumerated(RunTimeItems):
    def __init__(self, items: RunTimeItems, start: Any):
        self.items, self.start, self.trip = items, start, items.trip

    def item(self, k: Any) -> tuple:
        return self.start + k, self.items.item(k)

    def storages(self) -> list[Storage]:
        return self.items.storages()

    def facts(self, k: Any) -> list:
        return self.items.facts(k)


class Zipped(RunTimeItems):
    def __init__(self, columns: list[RunTimeItems], strict: bool):
        self.columns, self.trip = columns, minimum(*(column.trip for column in columns))
        if strict and not all(bool(column.trip == columns[0].trip) for column in columns):
            fail(ValueError, "zip() arguments have different lengths")

    def item(self, k: Any) -> tuple:
        return tuple(column.item(k) for column in self.columns)

    def storages(self) -> list[Storage]:
        return [storage for column in self.columns for storage in column.storages()]

    def facts(self, k: Any) -> list:
        return [fact for column in self.columns for fact in [k < column.trip, *column.facts(k)]]


class Reversed(RunTimeItems):
    def __init__(self, items: RunTimeItems):
        self.items, self.trip = items, items.trip

    def item(self, k: Any) -> Any:
        return self.items.item(self.trip - 1 - k)

    def storages(self) -> list[Storage]:
        return self.items.storages()

    def facts(self, k: Any) -> list:
        return self.items.facts(self.trip - 1 - k)


def as_items(value: Any, limit: int) -> RunTimeItems | None:
    """The value as items of a run-time loop; None for what is unrolled."""
    if isinstance(value, RunTimeItems):
        return value
    if isinstance(value, Array) and value.ndim and (isinstance(value.shape[0], Sym) or value.shape[0] > limit):
        return Rows(value)
    if isinstance(value, range) and len(value) > limit:
        return RunTimeRange(value.start, value.stop, value.step)
    return None


def columns_of(values: tuple, limit: int) -> list[RunTimeItems] | None:
    """All of several iterables as items; None if one of them is unrolled."""
    columns = [as_items(value, limit) for value in values]
    return None if not columns or None in columns else columns


