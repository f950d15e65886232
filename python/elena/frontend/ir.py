"""Text of the MLIR module: names, lines with locations, constants."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .trace import Trace


def constant_text(value: Any, kind: str) -> str:
    """The literal of `arith.constant` for a value of an MLIR type."""
    if kind == "i1":
        return "true" if value else "false"
    if kind in ("f32", "f64"):
        return _float_text(float(value), kind)
    value = int(value)
    if kind != "index":
        width = int(kind[1:])
        value &= (1 << width) - 1
        if value >> (width - 1):
            value -= 1 << width
    return str(value)


def constant_operation(value: Any, kind: str) -> str:
    """The text of the `arith.constant`."""
    text = constant_text(value, kind)
    return f"arith.constant {text}" if kind == "i1" else f"arith.constant {text} : {kind}"


def _float_text(value: float, kind: str) -> str:
    text = repr(value)
    if "." in text and "e" not in text and len(text) < 10:
        return text
    if kind == "f32":
        return f"0x{struct.unpack('<I', struct.pack('<f', value))[0]:08X}"
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


class Lines:
    """A region under construction: operations one per line, each with its source location."""

    def __init__(self, trace: Trace, indent: str):
        self.trace = trace
        self.indent = indent
        self.lines: list[str] = []
        self.constants: dict[tuple, str] = {}

    def emit(self, operation: str, prefix: str = "v") -> str:
        name = self.trace.text.new_name(prefix)
        self.emit_void(f"{name} = {operation}")
        return name

    def emit_void(self, operation: str) -> None:
        self.lines.append(f"{self.indent}{operation}{self.location()}")

    def constant(self, value: Any, kind: str) -> str:
        text = constant_text(value, kind)
        if (text, kind) not in self.constants:
            self.constants[text, kind] = self.emit(constant_operation(value, kind), "c")
        return self.constants[text, kind]

    def location(self) -> str:
        place = self.trace.location
        if place is None:
            return ""
        file, line, column = place
        quoted = str(file).replace("\\", "\\\\").replace('"', '\\"')
        return f' loc("{quoted}":{line}:{column})'


class FunctionText(Lines):
    """The body of @main."""

    def __init__(self, trace: Trace):
        super().__init__(trace, "    ")
        self.parameters: list[str] = []
        self._names = 0

    def constant(self, value: Any, kind: str) -> str:
        return self.trace.constant(value, kind)  # the regions that are open know which names they can use

    def new_name(self, prefix: str) -> str:
        self._names += 1
        return f"%{prefix}{self._names}"

    def region(self) -> Lines:
        """A nested region (body of a map or reduce)."""
        return Lines(self.trace, "      ")

    def module(self, trace: Trace, names: list[str], types: list[str]) -> str:
        results = f" -> ({', '.join(types)})" if types else ""
        values = f" {', '.join(names)} : {', '.join(types)}" if names else ""
        head = f"  func.func @main({', '.join(self.parameters)}){results} attributes {{elena.entry}} {{"
        body = "\n".join([*self.lines, f"    return{values}"])
        return f"module {{\n{head}\n{body}\n  }}\n}}\n"
