"""The match statement, over known values."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..arrays import Array

if TYPE_CHECKING:
    from .frames import Frame


class Matching:
    def run_Match(self, node: ast.Match, frame: Frame) -> Any:
        subject = self.eval(node.subject, frame)
        for case in node.cases:
            if not self._matches(case.pattern, subject, frame):
                continue
            if case.guard is None or self.truth(self.eval(case.guard, frame), case.guard, frame):
                return self.run_inner_block(case.body, frame)
        return None

    def _matches(self, pattern: ast.pattern, subject: Any, frame: Frame) -> bool:
        method = getattr(self, "_match_" + type(pattern).__name__, None)
        if method is None:
            return self.refuse(pattern, frame, f"the pattern '{type(pattern).__name__}'", "use if/elif")
        return method(pattern, subject, frame)

    def _match_MatchValue(self, pattern: ast.MatchValue, subject: Any, frame: Frame) -> bool:
        value = self.eval(pattern.value, frame)
        self.at(pattern, frame)
        return self.truth(subject == value, pattern, frame, "a 'case'")

    def _match_MatchSingleton(self, pattern: ast.MatchSingleton, subject: Any, frame: Frame) -> bool:
        return subject is pattern.value

    def _match_MatchAs(self, pattern: ast.MatchAs, subject: Any, frame: Frame) -> bool:
        if pattern.pattern is not None and not self._matches(pattern.pattern, subject, frame):
            return False
        if pattern.name is not None:
            self.store_name(pattern.name, subject, pattern, frame)
        return True

    def _match_MatchOr(self, pattern: ast.MatchOr, subject: Any, frame: Frame) -> bool:
        return any(self._matches(option, subject, frame) for option in pattern.patterns)

    def _match_MatchSequence(self, pattern: ast.MatchSequence, subject: Any, frame: Frame) -> bool:
        if not isinstance(subject, (list, tuple)) or isinstance(subject, Array):
            return False
        stars = [k for k, item in enumerate(pattern.patterns) if isinstance(item, ast.MatchStar)]
        count = len(pattern.patterns)
        if not stars:
            pairs = zip(pattern.patterns, subject)
            return len(subject) == count and all(self._matches(p, s, frame) for p, s in pairs)
        if len(subject) < count - 1:
            return False
        first, after = stars[0], count - stars[0] - 1
        end = len(subject) - after
        heads = zip(pattern.patterns[:first], subject[:first])
        tails = zip(pattern.patterns[first + 1 :], subject[end:])
        if not all(self._matches(p, s, frame) for p, s in [*heads, *tails]):
            return False
        name = pattern.patterns[first].name
        if name is not None:
            self.store_name(name, list(subject[first:end]), pattern, frame)
        return True

    def _match_MatchMapping(self, pattern: ast.MatchMapping, subject: Any, frame: Frame) -> bool:
        if not isinstance(subject, dict):
            return False
        keys = [self.key(self.eval(key, frame)) for key in pattern.keys]
        if not all(key in subject for key in keys):
            return False
        if not all(self._matches(p, subject[key], frame) for key, p in zip(keys, pattern.patterns)):
            return False
        if pattern.rest is not None:
            rest = {key: value for key, value in subject.items() if key not in keys}
            self.store_name(pattern.rest, rest, pattern, frame)
        return True

    def _match_MatchClass(self, pattern: ast.MatchClass, subject: Any, frame: Frame) -> bool:
        kind = self.eval(pattern.cls, frame)
        self.at(pattern, frame)
        if not self.call(isinstance, (subject, kind), {}):
            return False
        names = list(pattern.kwd_attrs)
        if pattern.patterns:
            if kind in (bool, int, float, str, list, tuple, dict, set, bytes, bytearray, frozenset):
                return len(pattern.patterns) == 1 and self._matches(pattern.patterns[0], subject, frame)
            names = [*kind.__match_args__[: len(pattern.patterns)], *names]
        values = [self.get_attribute(subject, name) for name in names if hasattr(subject, name)]
        patterns = [*pattern.patterns, *pattern.kwd_patterns]
        return len(values) == len(names) and all(self._matches(p, v, frame) for p, v in zip(patterns, values))
