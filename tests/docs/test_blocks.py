"""The code blocks of the documentation run: a block with tests under pytest, any other as a program."""

from __future__ import annotations

import re
from pathlib import Path

import openai
import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("**/*.md"))]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(language: str) -> list[tuple[str, str]]:
    found = []
    for page in _PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append((f"{page.name}:{line}", match[2]))
    return found


PYTHON = _blocks("python")
_NEEDS = re.compile(r"# openai (\d+) or later\n")


def _is_for_this_release(code: str) -> bool:
    """Whether the installed SDK is as new as a block says that it must be."""
    needed = _NEEDS.match(code)
    return needed is None or int(openai.VERSION.partition(".")[0]) >= int(needed[1])


def test_every_python_block_runs(pytester: pytest.Pytester) -> None:
    """All in one process, as the test modules of one project."""
    expected = 0
    for number, (place, code) in enumerate(block for block in PYTHON if _is_for_this_release(block[1])):
        tests = len(re.findall(r"^def test_", code, re.MULTILINE))
        if not tests:
            code = f"def test_block():\n{re.sub(r'^', '    ', code, flags=re.MULTILINE)}"
        pytester.makepyfile(**{f"test_{number}": f"# {place}\n{code}"})
        expected += tests or 1
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n")
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=expected)


def test_every_block_is_of_a_kind_that_is_run() -> None:
    """Python blocks run above; the two shell blocks of the README are what `.ci/run` begins with."""
    shell = [place for place, _ in _blocks("sh")]
    marked = sum(len(_BLOCK.findall(page.read_text(encoding="utf-8"))) for page in _PAGES)
    assert len(shell) == 2
    assert marked == len(PYTHON) + len(shell)
