"""The graphs in ARCHITECTURE.md are those of the source."""

from __future__ import annotations

import re

import pytest

from .graph import GRAPHS, PAGE, drawn, mermaid
from .imports import Import


def test_draws_what_the_source_imports() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert drawn(page) == page, "imports have changed: python -m tests.graph draws the graphs anew"


@pytest.mark.parametrize("name", GRAPHS)
def test_draws_every_graph_once(name: str) -> None:
    (block,) = re.findall(
        rf"<!-- graph: {name} -->\n```mermaid\nflowchart TD\n(.*?)```\n<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL
    )

    assert len(block.splitlines()) > 10


def test_leaves_out_what_other_arrows_reach_and_dots_what_is_lazy() -> None:
    own = [
        Import("high.a", "middle.b", True),
        Import("high.a", "low.c", True),
        Import("middle.b", "low.c", True, lazy=True),
        Import("middle.b", "middle.d", True),
        Import("high.e", "other.f", True, typing=True),
    ]

    assert mermaid(lambda module: module.partition(".")[0], own).splitlines()[2:-1] == [
        "    high --> middle",
        "    high -.-> other",
        "    middle -.-> low",
    ]
