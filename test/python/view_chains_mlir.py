"""Chains of views (view_chains.py) as `tensorref` IR, and what `elena-opt --canonicalize` makes of them."""

import re


def ref(shape, strides=None, offset="0"):
    layout = ""
    if strides is not None:
        layout = f", strided<[{', '.join(map(str, strides))}]" + (f", offset: {offset}>" if offset != "0" else ">")
    return f"!tensorref.ref<{''.join(f'{n}x' for n in shape)}f32{layout}>"


def dynamic(shape):
    """Sizes that are not 1 become `?`: whether a dimension is 1 is part of the kind of a call."""
    return tuple(n if n == 1 else "?" for n in shape)


def reshape_groups(source, result):
    """`groups [...] into [...]`, as NumPy pairs the dimensions."""
    if 0 in source:
        pairs = [(list(range(len(source))), list(range(len(result))))]
    else:
        pairs, pending, targets = [], [d for d, n in enumerate(source) if n != 1], list(range(len(result)))
        while pending and targets:
            merged, split = [pending.pop(0)], [targets.pop(0)]
            have, want = source[merged[0]], result[split[0]]
            while have != want:
                if want < have:
                    split.append(targets.pop(0))
                    want *= result[split[-1]]
                else:
                    merged.append(pending.pop(0))
                    have *= source[merged[-1]]
            pairs.append((merged, split))
    return f" groups {[merged for merged, _ in pairs]} into {[split for _, split in pairs]}"


def op_text(op, source, number, groups=""):
    """One view op; `number` writes the integers that may be run-time values."""

    def numbers(values):
        return f"[{', '.join(map(number, values))}]"

    def bound(b):
        return "_" if b is None else number(b)

    o = op.operands
    match op.name:
        case "slice":
            return f"slice {source}[{', '.join(f'{bound(s.start)}:{bound(s.stop)}:{s.step}' for s in o[0])}]"
        case "select":
            return f"select {source} dim {o[0]} at {number(o[1])}"
        case "newaxis" | "squeeze" | "flip":
            return f"{op.name} {source} dims {list(o[0])}"
        case "transpose":
            return f"transpose {source} permutation {list(o[0])}"
        case "broadcast":
            return f"broadcast {source} to {numbers(o[0])}"
        case "reshape":
            return f"reshape {source} to {numbers(o[0])}{groups}"
        case "diagonal":
            return f"diagonal {source} offset {o[0]} dims [{o[1]}, {o[2]}]"
        case "window":
            return f"sliding_window {source} window {numbers(o[0])} dims {list(o[1])}"
        case "strided":
            return f"strided_view {source} offset {number(o[0])} sizes {numbers(o[1])} strides {numbers(o[2])}"


def static_function(k, chain):
    """Everything is known: `ref<4x6xf32, strided<[6, 1]>>`, static bounds."""
    types = [ref(chain.shape, chain.strides), *(ref(op.shape) for op in chain.ops)]
    lines = [f"func.func @f{k}(%v0: {types[0]}) -> {types[-1]} {{"]
    for i, op in enumerate(chain.ops):
        lines.append(f"  %v{i + 1} = tensorref.{op_text(op, f'%v{i}', str)} : {types[i]} to {types[i + 1]}")
    return "\n".join([*lines, f"  return %v{len(chain.ops)} : {types[-1]}", "}\n"])


def runtime_body(chain, number):
    """The ops of a chain with types that know nothing (`ref<?x?xf32>`), and the type of the result."""
    types = [ref(dynamic(chain.shape)), *(ref(dynamic(op.shape)) for op in chain.ops)]
    sizes, strides = (", ".join(map(number, values)) for values in (chain.shape, chain.strides))
    base = f"%p offset {number(0)} sizes [{sizes}] strides [{strides}]"
    lines = [f"  %v0 = tensorref.strided_view {base} : {ref(())} to {types[0]}"]
    for i, op in enumerate(chain.ops):
        groups = reshape_groups(op.source_shape, op.shape) if op.name == "reshape" else ""
        lines.append(f"  %v{i + 1} = tensorref.{op_text(op, f'%v{i}', number, groups)} : {types[i]} to {types[i + 1]}")
    return [*lines, f"  return %v{len(chain.ops)} : {types[-1]}", "}\n"], types[-1]


def dynamic_function(k, chain):
    """Sizes, strides and bounds are SSA constants."""
    constants = {}

    def number(c):
        constants[c] = f"%c{c}" if c >= 0 else f"%m{-c}"
        return constants[c]

    body, result = runtime_body(chain, number)
    header = [f"  {name} = arith.constant {c} : index" for c, name in constants.items()]
    return "\n".join([f"func.func @f{k}(%p: {ref(())}) -> {result} {{", *header, *body])


def runtime_function(k, chain):
    """(text, values): sizes, strides and bounds are arguments, to which `bind` gives the values later."""
    values = []

    def number(c):
        values.append(c)
        return f"%i{len(values)}"

    body, result = runtime_body(chain, number)
    parameters = "".join(f", %i{i + 1}: index" for i in range(len(values)))
    return "\n".join([f"func.func @f{k}(%p: {ref(())}{parameters}) -> {result} {{", *body]), values


HEADER = re.compile(r"func\.func @f(\d+)\((%\w+: [^,)]+)(?:, %\w+: index)*\)(.*?\{\n)")


def bind(text, values):
    """The canonicalized functions, where every index argument is a constant now."""

    def header(match):
        numbered = enumerate(values[int(match[1])], start=1)
        constants = "".join(f"    %arg{i} = arith.constant {c} : index\n" for i, c in numbered)
        return f"func.func @f{match[1]}({match[2]}){match[3]}{constants}"

    return HEADER.sub(header, text)


def copying_reshape(k, chain):
    """The last reshape of a chain, from a ref whose layout is in its type."""
    _, shape, strides = chain.copied
    to = chain.ops[-1].operands[0]
    return (
        f"func.func @f{k}(%x: {ref(shape, strides)}) -> {ref(to)} {{\n"
        f"  %r = tensorref.reshape %x to {list(to)} : {ref(shape, strides)} to {ref(to)}\n"
        f"  return %r : {ref(to)}\n}}\n"
    )


FUNCTION = re.compile(r"func\.func @f(\d+)\((%\w+): .*?\{\n(.*?)\n  \}", re.S)
CONSTANT = re.compile(r"\s*(%[\w-]+) = arith\.constant (-?\d+) : index\n")
FOLDED = re.compile(
    r"\s*%\w+ = tensorref\.strided_view (%\w+) offset (\S+) sizes \[(.*?)\] strides \[(.*?)\]( injective)? : [^\n]*"
    r"\n\s*return [^\n]*"
)


def folded(text):
    """({function number: view}, the numbers of those whose view op says `injective`).

    A view is (offset, sizes, strides), or "same" for the argument itself, or else the body as text.
    A size that the type does not know stays an SSA value, a constant here.
    """
    views, injective = {}, set()
    for number, argument, body in FUNCTION.findall(text):
        constants = dict(CONSTANT.findall(body))
        ops = CONSTANT.sub("", body)
        match = FOLDED.fullmatch(ops)
        numbers = re.findall(r"[^, ]+", ", ".join(match.groups()[1:4])) if match else ["%"]
        numbers = [constants.get(n, n) for n in numbers]
        if ops.strip().startswith(f"return {argument} :"):
            views[int(number)] = "same"
        elif match and match[1] == argument and not any("%" in n for n in numbers):
            offset, *rest = map(int, numbers)
            rank = len(rest) // 2
            views[int(number)] = (offset, tuple(rest[:rank]), tuple(rest[rank:]))
            if match[5]:
                injective.add(int(number))
        else:
            views[int(number)] = body
    return views, injective
