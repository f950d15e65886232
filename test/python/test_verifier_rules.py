"""Every message of the dialect's verifiers and parsers is expected by a test in test/Dialect/TensorRef/invalid-*.mlir."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "lib/Dialect/TensorRef/IR").glob("*.*"))
EXPECTED = "\n".join(
    message
    for test in sorted((ROOT / "test/Dialect/TensorRef").glob("invalid-*.mlir"))
    for message in re.findall(r"expected-error[^{]*\{\{(.*)\}\}", test.read_text())
)


def messages() -> list[str]:
    """The longest constant piece of the text of each emitError and emitOpError."""
    result = []
    for source in SOURCES:
        text = re.sub(r"//.*", "", source.read_text())
        for statement in re.findall(r"emit(?:Op)?Error\((.*?);\n", text, re.DOTALL):
            # Literals that only a line break parts are one.
            joined = re.sub(r'"\s*"', "", statement)
            literals = re.findall(r'"((?:[^"\\]|\\.)*)"', joined)
            if literals:  # else it hands on an error
                result.append(max(literals, key=len).replace('\\"', '"').strip())
    return result


def test_the_messages_are_found():
    assert len(messages()) > 50
    assert "a slice's step is not 0" in messages()


@pytest.mark.parametrize("message", sorted(set(messages())))
def test_every_rule_has_an_invalid_test(message):
    assert message in EXPECTED
