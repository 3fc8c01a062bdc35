"""Groups of rows, the goals that hang on them, and one round of a row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Figures = dict[str, float]
Row = Callable[[], Figures]
PLAIN = frozenset({"ratio", "share", "errors"})  # the figures that are no seconds
PATIENCE = 120  # seconds for a row: a client whose server says nothing would wait for ten minutes


@dataclass(frozen=True)
class Goal:
    """What a figure of a row shall be at most, and what is tried for.

    `reference` names the row whose figure it is divided by; without one the figure is seconds, or one of `PLAIN`.
    It is held against the median of the rounds, or, where it has to be reached `always`, against the worst.
    """

    title: str
    row: str
    figure: str
    target: float
    aim: float
    reference: str | None = "limit"
    always: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it is said in seconds."""
        return self.reference is None and self.figure not in PLAIN


@dataclass(frozen=True)
class Group:
    """Rows that do the same by different means, and what is demanded of them."""

    name: str
    title: str
    rows: Mapping[str, Row]
    goals: tuple[Goal, ...]


Round = dict[str, Figures]


def measure(group: Group, count: int) -> list[Round]:
    """Every row so many times, each time in a process of its own and at another place in the order."""
    names = list(group.rows)
    turns = [names[turn % len(names) :] + names[: turn % len(names)] for turn in range(count)]
    return [{name: _figures(group.name, name) for name in order} for order in turns]


def _figures(group: str, row: str) -> Figures:
    command = [sys.executable, "-m", "tests.benchmarks.row", group, row]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE, env=_environment())
    if process.returncode:
        raise RuntimeError(f"the row {row!r} of {group!r} failed:\n{process.stdout}{process.stderr}")
    figures: Figures = json.loads(process.stdout.splitlines()[-1])
    return figures


def _environment() -> dict[str, str]:
    """The environment of a row: Python keeps what it compiles, as it does wherever a package is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
