"""The page on what is covered is true."""

from __future__ import annotations

import re

import openai
import pytest

from . import coverage

PAGE = coverage.PAGE.read_text(encoding="utf-8")
MADE_WITH = PAGE.partition(coverage.VERSION)[2].partition(";")[0]


@pytest.mark.skipif(openai.__version__ != MADE_WITH, reason=f"the page lists the fields of openai {MADE_WITH}")
def test_is_what_the_code_makes_of_it() -> None:
    assert coverage.page() == PAGE


def test_tells_what_answers_the_operations_of_any_sdk() -> None:
    rows = re.findall(r"^\| (\w+) `(\S+)` \| `\S+` \| (\w+) \|$", _section("Operations"), re.M)
    listed = {(method, path): kind for method, path, kind in rows}
    kinds = {place: kind for place, (_, kind) in coverage.operations().items() if place in listed}
    assert kinds == {place: kind for place, kind in listed.items() if place in kinds}
    assert len(kinds) >= 79


def _section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("endpoint", coverage.REQUESTS)
def test_tells_what_becomes_of_the_fields_of_any_sdk(endpoint: str) -> None:
    listed = _section("Fields of requests").partition(f"### `{endpoint}`\n")[2].partition("###")[0]
    names = {kind: set(re.findall(r"`(\w+)`", line)) for kind, line in re.findall(r"- (\w+): (.*)", listed)}
    fields = coverage.treatment(endpoint)

    # A field that is newer than the installed SDK is listed, and one that is newer than the page is not.
    wrong = {name: kind for name, kind in fields.items() if name in set().union(*names.values()) - names[kind]}
    assert wrong == {}
    assert names["used"] & fields.keys() == {name for name, kind in fields.items() if kind == "used"}
