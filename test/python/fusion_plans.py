"""Plans as `tensorref-fuse-stages{print-program}` prints them; `fusion_machine` runs them."""

import re
from dataclasses import dataclass, field


class WrongPlan(Exception):
    """The plan cannot be run."""


class Form:
    """offset + (c)*i0 + ... of numbers."""

    def __init__(self, text):
        self.text = text
        first, *terms = text.split(" + (")
        self.offset = int(first)
        self.terms = [(int(d), int(c)) for c, d in (re.fullmatch(r"(-?\d+)\)\*i(\d+)", term).groups() for term in terms)]
        self.rank = max((d + 1 for d, _ in self.terms), default=0)

    def __call__(self, point):
        if self.rank > len(point):
            raise WrongPlan("an index that is not there")
        value = self.offset
        for d, c in self.terms:
            value += c * point[d]
        return value


@dataclass
class Load:
    storage: str
    form: Form


@dataclass
class Choice:
    branches: list  # (conditions, expression); the last one has no conditions


@dataclass
class Compute:
    line: int
    is_copy: bool
    inputs: list


class Parser:
    """Of expressions: `map@12 {mulf}(s0[1 + (2)*i0], {(1)*i1 >= 0 ? fill@9 {}() : ...})`."""

    TOKENS = re.compile(r"s(\d+)\[([^]]*)\]|(\w+)@(\d+) \{([^}]*)\}\(|(-?\d+[^?:&{}]*?) >= 0|, | & | \? | : |[{})]")

    def __init__(self, text):
        self.tokens = []
        while text:
            match = self.TOKENS.match(text)
            if not match:
                raise ValueError(f"what is {text!r}?")
            self.tokens.append(match)
            text = text[match.end() :]

    def take(self, what=None):
        token = self.tokens.pop(0)
        assert what is None or token[0] == what, (token[0], what)
        return token

    def sees(self, what):
        return self.tokens[0][0] == what

    def expression(self):
        token = self.take()
        if token[1]:
            return Load(token[1], Form(token[2]))
        if token[0] == "{":
            return self.choice()
        inputs = []
        while not self.sees(")"):
            inputs.append(self.expression())
            if self.sees(", "):
                self.take()
        self.take(")")
        return Compute(int(token[4]), not token[5] and len(inputs) == 1, inputs)

    def choice(self):
        branches = []
        while True:
            conditions = []
            while self.tokens[0][6]:
                conditions.append(Form(self.take()[6]))
                self.take()  # & or ?
            branches.append((conditions, self.expression()))
            if self.take()[0] == "}":
                return Choice(branches)


@dataclass
class PlannedStage:
    number: int
    sizes: tuple
    reduced: list  # dimensions
    is_sequential: bool
    storage: str
    cell: Form
    value: object

    @property
    def parallel(self):
        return [d for d in range(len(self.sizes)) if d not in self.reduced]


@dataclass
class Own:
    """A private storage: where the accesses of each stage have their cells."""

    sizes: tuple
    cells: dict = field(default_factory=dict)  # (stage, form of the access) -> form of the own cell
    back: Form | None = None


@dataclass
class Group:
    sizes: tuple
    order: str
    members: list = field(default_factory=list)  # (stage, [(dimension, shift)], stage whose loops it runs in)
    privates: dict = field(default_factory=dict)  # storage -> Own


@dataclass
class Plan:
    name: str
    storages: dict = field(default_factory=dict)  # number -> argument number, or None; those that are seen
    stages: dict = field(default_factory=dict)
    groups: list = field(default_factory=list)
    kernels: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # lines that are none of these


def numbers(text):
    return tuple(int(n) for n in text.split(", ")) if text else ()


STAGE = re.compile(r"stage (\d+) \[(.*?)\] ?([a-z, ]*?)( sequential)?: s(\d+)\[(.*?)\] = (.*)")
MEMBER = re.compile(r"  stage (\d+) \[.*?\]((?:  t\d+ = i\d+(?: \+ -?\d+)?)*)(?:  in the loops of stage (\d+))?")
GROUP = re.compile(r"group \d+: T = \[(.*)\](?: (ascending|descending))?")
CELL = re.compile(r"  stage (\d+) access \d+: (.*) at (.*)")


def parse_stage(line):
    number, sizes, kinds, sequential, storage, cell, value = STAGE.fullmatch(line).groups()
    reduced = [d for d, kind in enumerate(kinds.split(", ")) if kind == "reduction"]
    return PlannedStage(int(number), numbers(sizes), reduced, bool(sequential), storage, Form(cell), Parser(value).expression())


def parse_member(line):
    number, theta, loops = MEMBER.fullmatch(line).groups()
    coordinates = re.findall(r"= i(\d+)(?: \+ (-?\d+))?", theta)
    return int(number), [(int(d), int(shift or 0)) for d, shift in coordinates], loops and int(loops)


def parse(text):
    """The plans that a run has printed, in order."""
    plans, plan, own = [], None, None
    for line in text.splitlines():
        if line.startswith("program "):
            plan = Plan(line.split()[1])
            plans.append(plan)
        elif match := re.fullmatch(r"storage s(\d+): (?:argument (\d+)|.*?)(, seen)?", line):
            if match[3]:
                plan.storages[match[1]] = match[2] and int(match[2])
        elif match := GROUP.fullmatch(line):
            plan.groups.append(Group(numbers(match[1]), match[2]))
        elif line.startswith("stage "):
            stage = parse_stage(line)
            plan.stages[stage.number] = stage
        elif match := CELL.fullmatch(line):
            own.cells[int(match[1]), match[2]] = Form(match[3])
        elif line.startswith("  stage "):
            plan.groups[-1].members.append(parse_member(line))
        elif match := re.fullmatch(r"  private s(\d+) \[(.*)\](?: written back)?", line):
            plan.groups[-1].privates[match[1]] = None
        elif match := re.fullmatch(r"own s(\d+) \[(.*)\] of group (\d+)", line):
            own = plan.groups[int(match[3])].privates[match[1]] = Own(numbers(match[2]))
        elif match := re.fullmatch(r"  back: (.*)", line):
            own.back = Form(match[1])
        elif match := re.fullmatch(r"kernel: groups (.*)", line):
            plan.kernels.append(numbers(match[1]))
        elif plan:
            plan.notes.append(line)
    return plans
