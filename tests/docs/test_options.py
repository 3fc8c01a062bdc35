"""The table of options, on whichever page it is, has each option with its values and with what it decides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pytest_fakeopenai.settings import NamesOption, Option, options

_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("**/*.md"))]
_TABLE = re.compile(r"^\| option \| values \| decides \|\n\| --- \| --- \| --- \|\n((?:\|.*\|\n)+)", re.MULTILINE)


def tables() -> list[list[tuple[str, str, str]]]:
    """The rows of every table of options: the cells."""
    texts = [match[1] for page in _PAGES for match in _TABLE.finditer(page.read_text(encoding="utf-8"))]
    return [re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", text, re.MULTILINE) for text in texts]


def test_lists_every_option_in_order() -> None:
    assert tables()
    assert [[name for name, _, _ in table] for table in tables()] == [[f"`{name}`" for name in options()]] * len(
        tables()
    )


def spelling(option: Option[Any]) -> str:
    """A pattern for the values of an option as one writes them in Python."""
    if isinstance(option, NamesOption):
        return r"a list of \w+"
    return ", ".join(f'`"{value}"`' if isinstance(value, str) else f"`{value}`" for value in option.values)


@pytest.mark.parametrize("option", options().values(), ids=options())
def test_has_the_words_of_the_field(option: Option[Any]) -> None:
    for table in tables():
        ((_, values, text),) = [row for row in table if row[0] == f"`{option.name}`"]

        assert re.fullmatch(spelling(option), values)
        assert re.match(rf"{re.escape(option.decides)}(?:[.,;]|$)", text)
