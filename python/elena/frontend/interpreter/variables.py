"""Variables that change in a region of the program: a branch or a loop that is decided at run time."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..arrays import Array, Storage

if TYPE_CHECKING:
    from .frames import Frame

MISSING = object()
Key = tuple[int, str]  # id of the frame, name


class Unknown:
    """What a variable holds when its value after a region cannot be told: reading it is refused."""

    def __init__(self, why: str, hint: str):
        self.why, self.hint = why, hint


class Region:
    """One region while it is traced: which variables of outside are assigned, and with what they came in."""

    def __init__(self, first_frame: int, outside: dict[int, Any], what: str):
        self.first_frame = first_frame  # frames from this serial number on belong to the region
        self.outside = outside  # objects that exist outside: changing them is refused
        self.what = what
        self.entry: dict[Key, tuple[Frame, str, Any]] = {}
        self.read_first: set[Key] = set()

    def note_store(self, frame: Frame, name: str) -> None:
        if frame.serial < self.first_frame:
            key = (id(frame), name)
            self.entry.setdefault(key, (frame, name, frame.locals.get(name, MISSING)))

    def note_load(self, frame: Frame, name: str) -> None:
        key = (id(frame), name)
        if frame.serial < self.first_frame and key not in self.entry:
            self.read_first.add(key)

    def values(self) -> dict[Key, Any]:
        """What the assigned variables hold now."""
        return {key: frame.locals.get(name, MISSING) for key, (frame, name, _) in self.entry.items()}

    def restore(self) -> None:
        """Gives all variables what they held before the region."""
        for frame, name, value in self.entry.values():
            put(frame, name, value)


def put(frame: Frame, name: str, value: Any) -> None:
    if value is MISSING:
        frame.locals.pop(name, None)
    else:
        frame.locals[name] = value


class Variables:
    """The interpreter's part: open regions, and what is reachable from variables."""

    def open_region(self, what: str) -> Region:
        outside = {id(item): item for frame in self._frames() for item in reachable(list(frame.locals.values()))}
        outside |= {id(item): item for value in self.environment.local_objects() for item in reachable([value])}
        self.serial += 1
        return Region(self.serial, outside, what)

    def _frames(self) -> list[Frame]:
        """The frames whose variables a region can change: those of running functions, and what they close over."""
        found: dict[int, Frame] = {}
        pending = list(self.frames)
        while pending:
            frame = pending.pop()
            if frame is None or id(frame) in found:
                continue
            found[id(frame)] = frame
            pending.append(frame.parent)
            for value in reachable(list(frame.locals.values())):
                pending.append(getattr(value, "frame", None) if type(value).__name__ == "InterpretedFunction" else None)
        return list(found.values())

    def note_store(self, frame: Frame, name: str) -> None:
        for region in self.regions:
            region.note_store(frame, name)

    def note_load(self, frame: Frame, name: str) -> None:
        for region in self.regions:
            region.note_load(frame, name)

    def note_change(self, holder: Any, what: str) -> None:
        """A list, dict or object is about to change: refused where it exists outside of a region, which is traced
        once and may run never or many times."""
        for region in self.regions:
            if id(holder) in region.outside:
                self.refuse_here(
                    f"{what} a {type(holder).__name__} from outside in {region.what}",
                    "write into an array that is made before (out[i] = ...); lists, dicts and objects exist at "
                    "compile time only",
                )

    def holders(self, storage: Storage, instead: dict[Key, Any]) -> int:
        """How many variables see the storage, if those of `instead` hold what that says."""
        seen = 0
        for frame in self._frames():
            values = [value for name, value in frame.locals.items() if (id(frame), name) not in instead]
            seen += sum(item.storage is storage for value in values for item in arrays_in(value))
        seen += sum(item.storage is storage for value in instead.values() for item in arrays_in(value))
        return seen


def is_ours(storage: Storage) -> bool:
    """Whether a storage is made by the program, and surely nobody else's."""
    return storage.leaf is None and not storage.borrowed


def reachable(values: list) -> Iterator[Any]:
    """Objects that variables hold, containers and iterators among them; not traced values."""
    pending, seen = list(values), set()
    while pending:
        value = pending.pop()
        if id(value) in seen or isinstance(value, (Array, types.ModuleType, type, str, int, float)):
            continue
        seen.add(id(value))
        yield value
        pending.extend(_items(value))


def _items(value: Any) -> list:
    if isinstance(value, dict):
        return [*value.values(), *value]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if isinstance(value, types.FunctionType) or not hasattr(value, "__dict__"):
        return []
    return list(vars(value).values()) if type(value).__module__.split(".")[0] != "elena" else []


def arrays_in(value: Any) -> Iterator[Array]:
    """Every occurrence of an array in a variable."""
    if isinstance(value, Array):
        yield value
        return
    if value is MISSING or isinstance(value, Unknown):
        return
    for holder in reachable([value]):
        yield from (item for item in _items(holder) if isinstance(item, Array))
