"""SSA text of run-time integers and conditions: arith on index, each expression emitted once."""

from __future__ import annotations

from .symbolic import Atom, Sym, SymBool, is_data
from .width import LIMIT, magnitude


def integer_ssa(value: Sym) -> str:
    trace = value.table.trace
    return trace.once(("index", value.key()), lambda: _emit_checked(value))


def _emit_checked(value: Sym) -> str:
    """The value, of which is known or made sure that it has 64 bits."""
    if magnitude(value) >= 2 * LIMIT:
        _check_width(value)
    return _emit_integer(value)


def _check_width(value: Sym) -> None:
    """abs(value) < LIMIT, computed in f64: a guard, or a check at run time for what depends on data."""
    trace = value.table.trace
    if is_data(value):
        trace.emit_assert(_has_width(trace, value), "OverflowError", "an integer of more than 64 bits")
        return
    if abs(value.hint) >= LIMIT:
        from .errors import unsupported

        unsupported("an integer of more than 64 bits", "use a float, or an array of another dtype")
    with trace.guarding(value):
        trace.emit_void(f"tensorref.guard {_has_width(trace, value)}")


def _has_width(trace, value: Sym) -> str:
    total = trace.constant(0.0, "f64")
    for monomial, coefficient in value.terms.items():
        term = trace.constant(float(coefficient), "f64")
        for atom in monomial:
            word = trace.emit(f"arith.index_cast {_atom_ssa(trace, atom)} : index to i64", "i")
            factor = trace.emit(f"arith.sitofp {word} : i64 to f64", "f")
            term = trace.emit(f"arith.mulf {term}, {factor} : f64", "f")
        total = trace.emit(f"arith.addf {total}, {term} : f64", "f")
    size = trace.emit(f"math.absf {total} : f64", "f")
    return trace.emit(f"arith.cmpf olt, {size}, {trace.constant(float(LIMIT), 'f64')} : f64", "b")


def _emit_integer(value: Sym) -> str:
    """Terms with positive coefficients first, the others subtracted."""
    trace = value.table.trace
    total = None
    for monomial, coefficient in sorted(value.terms.items(), key=lambda item: (item[1] < 0, not item[0])):
        if total is None:
            total = _product(trace, monomial, coefficient)
            continue
        operation = "addi" if coefficient > 0 else "subi"
        term = _product(trace, monomial, abs(coefficient))
        total = trace.emit(f"arith.{operation} {total}, {term} : index", "i")
    return total


def _product(trace, monomial: tuple, coefficient: int) -> str:
    result = None
    for atom in monomial:
        factor = _atom_ssa(trace, atom)
        result = factor if result is None else trace.emit(f"arith.muli {result}, {factor} : index", "i")
    if result is None or coefficient != 1:
        constant = trace.constant(coefficient, "index")
        result = constant if result is None else trace.emit(f"arith.muli {result}, {constant} : index", "i")
    return result


def _atom_ssa(trace, atom: Atom) -> str:
    if atom.ssa is not None:  # a symbol
        return atom.ssa
    return trace.once(("atom", atom.serial), lambda: _emit_atom(trace, atom))


_BINARY = {
    "min": "minsi",
    "max": "maxsi",
    "and": "andi",
    "or": "ori",
    "xor": "xori",
    "floordiv": "floordivsi",
}


def _emit_atom(trace, atom: Atom) -> str:
    if atom.op == "select":
        condition, *values = atom.arguments
        a, b = (trace.ssa(value) for value in values)
        return trace.emit(f"arith.select {condition.ssa()}, {a}, {b} : index", "i")
    operands = [trace.ssa(argument) for argument in atom.arguments]
    if atom.op == "mod":
        quotient = trace.emit(f"arith.floordivsi {operands[0]}, {operands[1]} : index", "i")
        whole = trace.emit(f"arith.muli {quotient}, {operands[1]} : index", "i")
        return trace.emit(f"arith.subi {operands[0]}, {whole} : index", "i")
    result = operands[0]
    for operand in operands[1:]:
        result = trace.emit(f"arith.{_BINARY[atom.op]} {result}, {operand} : index", "i")
    return result


def condition_ssa(condition: SymBool) -> str:
    if condition.op == "opaque":
        return condition.operands[0]
    trace = condition.table.trace
    return trace.once(("i1", condition.key()), lambda: _emit_condition(condition))


def _emit_condition(condition: SymBool) -> str:
    trace = condition.table.trace
    if condition.op in ("and", "or"):
        a, b = (operand.ssa() for operand in condition.operands)
        return trace.emit(f"arith.{condition.op}i {a}, {b} : i1", "b")
    predicate = {"ge": "sge", "eq": "eq", "ne": "ne"}[condition.op]
    left, right = _sides(condition.operands[0])
    return trace.emit(f"arith.cmpi {predicate}, {trace.ssa(left)}, {trace.ssa(right)} : index", "b")


def _sides(value: Sym) -> tuple:
    """value >= 0 as left >= right, without negative coefficients."""
    from .polynomials import scale

    positive = {m: c for m, c in value.terms.items() if c > 0}
    negative = {m: c for m, c in value.terms.items() if c < 0}
    build = value.table.build
    return build(positive), build(scale(negative, -1))


def negated_opaque(condition: SymBool) -> SymBool:
    name, hint, data = condition.operands
    trace = condition.table.trace
    true = trace.constant(1, "i1")
    negated = trace.once(("not", name), lambda: trace.emit(f"arith.xori {name}, {true} : i1", "b"))
    return SymBool(condition.table, "opaque", (negated, not hint, data))
