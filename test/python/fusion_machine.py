"""A machine that runs plans (`fusion_plans`) in adversarial orders.

What a plan leaves open is chosen at random: which iterations of a kernel run first, which of two threads takes the next step, in which
order the points of a parallel stage come. Private storages hold garbage at first. Nothing is checked against a rule: a plan is wrong if
some run leaves other values than the program means (`Program.run`), or leaves the bounds of a storage.
"""

import itertools
import math

from fusion_model import PRIME, box, step
from fusion_plans import Choice, Load, WrongPlan


class Thread:
    """The private storages of one iteration."""

    def __init__(self, machine, group, t):
        self.machine, self.group, self.t = machine, group, t
        self.own = {}

    def place(self, stage, storage, form, point):
        own = self.group.privates.get(storage)
        if own is None:
            return self.machine.memory, (storage, form(point))
        mine = own.cells.get((stage.number, form.text))
        cell = mine(point) if mine else -1
        if not 0 <= cell < math.prod(own.sizes):
            raise WrongPlan(f"no private cell {cell} of s{storage}")
        self.own.setdefault((storage, cell), self.machine.rng.randrange(PRIME))
        return self.own, (storage, cell)

    def evaluate(self, value, stage, point):
        if isinstance(value, Load):
            memory, cell = self.place(stage, value.storage, value.form, point)
            if cell not in memory:
                raise WrongPlan(f"a load outside of s{value.storage}")
            return memory[cell]
        if isinstance(value, Choice):
            for conditions, branch in value.branches:
                if all(condition(point) >= 0 for condition in conditions):
                    return self.evaluate(branch, stage, point)
            raise WrongPlan("no choice applies")
        inputs = [self.evaluate(part, stage, point) for part in value.inputs]
        if value.is_copy:
            return inputs[0]
        result = self.machine.lines[value.line].tag
        for part in inputs:
            result = step(result, part)
        return result

    def reduce(self, stage, points):
        """All that is read for one cell."""
        if not stage.reduced:
            return self.evaluate(stage.value, stage, points[0])
        value = self.machine.lines[stage.value.line].tag
        for point in points:
            value = step(value, self.evaluate(stage.value.inputs[0], stage, point))
        return value

    def store(self, stage, point, value):
        memory, cell = self.place(stage, stage.storage, stage.cell, point)
        if cell not in memory:
            raise WrongPlan(f"a store outside of s{stage.storage}")
        memory[cell] = value

    def run(self):
        for stages in self.machine.loops_of(self.group):
            fibres = [self.machine.fibres(self.group, number)[self.t] for number in stages]
            if len({len(fibre) for fibre in fibres}) > 1:
                raise WrongPlan("loops of two sizes in one")
            order = list(range(len(fibres[0])))
            parts = [self.machine.plan.stages[number] for number in stages]
            if not any(part.is_sequential for part in parts):
                self.machine.shuffle(order)
            for k in order:
                values = []
                for part, fibre in zip(parts, fibres, strict=True):
                    values.append(self.reduce(part, fibre[k]))
                    yield
                for part, fibre, value in zip(parts, fibres, values, strict=True):
                    self.store(part, fibre[k][0], value)
                    yield
        for storage, own in self.group.privates.items():
            if own.back:
                for place, inner in enumerate(box(own.sizes)):
                    value = self.own.get((storage, place), -1)  # -1: never written
                    cell = storage, own.back(self.t + inner)
                    if cell not in self.machine.memory:
                        raise WrongPlan("written back to nowhere")
                    self.machine.memory[cell] = value
                    yield


class Machine:
    """Runs a plan once. `order`: forward, reverse, or mixed at random, step by step."""

    def __init__(self, plan, program, memory, rng, order):
        self.plan, self.lines, self.rng, self.order = plan, program.lines, rng, order
        self.names = self.name_storages(program)
        self.memory = {}
        for storage in self.all_storages():
            name = self.names.get(storage)
            for k in range(64 if name is None else program.storages[name]):
                self.memory[storage, k] = memory[name, k] if name else rng.randrange(PRIME)

    def all_storages(self):
        found = set(self.plan.storages)

        def visit(value):
            if isinstance(value, Load):
                found.add(value.storage)
            for part in getattr(value, "inputs", ()):
                visit(part)
            for _, part in getattr(value, "branches", ()):
                visit(part)

        for stage in self.plan.stages.values():
            found.add(stage.storage)
            visit(stage.value)
        return found

    def name_storages(self, program):
        arguments = [s for s in program.storages if s in "xy"]
        return {s: "o" if argument is None else arguments[argument] for s, argument in self.plan.storages.items()}

    def shuffle(self, items):
        if self.order == "reverse":
            items.reverse()
        elif self.order == "mixed":
            self.rng.shuffle(items)

    def loops_of(self, group):
        """Stages in their order; those in one loop together."""
        loops = []
        for number, _, first in group.members:
            found = [loop for loop in loops if first is not None and first in loop]
            if found:
                found[0].append(number)
            else:
                loops.append([number])
        return loops

    def fibres(self, group, number):
        """By iteration: for each cell that the stage writes there the points that it is made of."""
        known = group.__dict__.setdefault("fibres", {})
        if number in known:
            return known[number]
        stage = self.plan.stages[number]
        theta = next(theta for member, theta, _ in group.members if member == number)
        result = {t: [] for t in box(group.sizes)}
        for outer in box([stage.sizes[d] for d in stage.parallel]):
            points = []
            for inner in box([stage.sizes[d] for d in stage.reduced]):
                point = dict(zip(stage.parallel + stage.reduced, outer + inner, strict=True))
                points.append(tuple(point[d] for d in range(len(point))))
            if points:
                t = tuple(points[0][d] + shift for d, shift in theta)
                if t not in result:
                    raise WrongPlan(f"iteration {t} is outside of T")
                result[t].append(points)
        known[number] = result
        return result

    def threads_of(self, group):
        points = list(box(group.sizes))
        if group.order:
            points = points if group.order == "ascending" else points[::-1]
            return [itertools.chain.from_iterable(Thread(self, group, t).run() for t in points)]
        return [Thread(self, group, t).run() for t in points]

    def run_kernel(self, groups):
        threads = [thread for g in groups for thread in self.threads_of(self.plan.groups[g])]
        self.shuffle(threads)
        if self.order != "mixed":
            for thread in threads:
                for _ in thread:
                    pass
            return
        burst = self.rng.choice((0.0, 0.6))
        while threads:
            k = self.rng.randrange(len(threads))
            ended = False
            while not ended:
                ended = next(threads[k], self) is self
                if self.rng.random() >= burst:
                    break
            if ended:
                threads.pop(k)

    def run(self):
        live = sorted(number for group in self.plan.groups for number, *_ in group.members)
        if live != sorted(self.plan.stages) or sorted(g for k in self.plan.kernels for g in k) != [*range(len(self.plan.groups))]:
            raise WrongPlan("not all stages run, or not once")
        for groups in self.plan.kernels:
            self.run_kernel(groups)
        return {(self.names[s], k): value for (s, k), value in self.memory.items() if s in self.names}


def is_right(plan, program, rng, orders=("forward", "reverse", "mixed", "mixed")):
    """Does the plan do what the program means, in all these orders?"""
    memory = program.fresh(rng)
    expected = program.run(memory)
    for order in orders:
        try:
            found = Machine(plan, program, memory, rng, order).run()
        except WrongPlan:
            return False
        if any(found.get(cell, memory[cell]) != value for cell, value in expected.items()):
            return False
    return True
