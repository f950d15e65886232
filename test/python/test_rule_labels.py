"""docs/Dialects/TensorRef.md: every rule has a test named after it, every example is what NumPy does."""

import pathlib
import re

import pytest
from operations_table import PAGE, describe, examples

TEST = pathlib.Path(__file__).resolve().parents[1]
FAMILIES = "VIEW|STORAGE|ACCESS|GROUP|CHECK"


def rules():
    return re.findall(rf"^- \*\*((?:{FAMILIES})-[A-Z]+-\d+)\*\*", PAGE.read_text(), re.M)


def named_after_rules():
    """{label: files with a test named after it}"""
    result = {}
    gtest = re.compile(rf"\bTEST\(((?:{FAMILIES})_[A-Z]+_\d+),")
    pytest_name = re.compile(rf"^def test_((?:{FAMILIES})_[A-Z]+_\d+)_", re.M)
    for pattern, files in ((gtest, TEST.glob("unit/**/*.cpp")), (pytest_name, TEST.glob("python/**/*.py"))):
        for file in files:
            for name in pattern.findall(file.read_text()):
                result.setdefault(name.replace("_", "-"), set()).add(file.name)
    return result


def test_labels_are_unique():
    assert len(rules()) > 50
    assert len(set(rules())) == len(rules())


def test_every_rule_has_a_test():
    assert sorted(set(rules()) - set(named_after_rules())) == []


def test_every_test_named_after_a_rule_has_the_rule():
    assert sorted(set(named_after_rules()) - set(rules())) == []


def test_the_rules_named_in_the_table_exist():
    named = re.findall(rf"\b(?:{FAMILIES})-[A-Z]+(?:-\d+)?", PAGE.read_text().split("## Operations")[1])
    families = {rule.rsplit("-", 1)[0] for rule in rules()}
    assert {name for name in named if name not in rules() and name not in families} == set()


@pytest.mark.parametrize("expression, said", examples(), ids=lambda value: value)
def test_the_table_says_what_numpy_does(expression, said):
    assert describe(expression) == said
