"""From rounds to ratios and lines."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .groups import PLAIN, Goal, Group, Round


@dataclass(frozen=True)
class Measured:
    """A figure over all rounds: its median, the quartiles around it, and the worst."""

    median: float
    low: float
    high: float
    worst: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Measured:
        """The figure of these values."""
        ordered = sorted(values)
        quarter = len(ordered) // 4
        return cls(statistics.median(ordered), ordered[quarter], ordered[-1 - quarter], ordered[-1])


def ratio(rounds: Sequence[Round], row: str, figure: str, reference: str | None) -> Measured:
    """A row's figure to the reference's in the same round; without a reference the figure itself."""
    if reference is None:
        return Measured.of([each[row][figure] for each in rounds])
    return Measured.of([each[row][figure] / each[reference][figure] for each in rounds])


def measured(goal: Goal, rounds: Sequence[Round]) -> Measured:
    """What was measured of a goal."""
    return ratio(rounds, goal.row, goal.figure, goal.reference)


def reached(goal: Goal, rounds: Sequence[Round]) -> float:
    """What is held against a goal."""
    found = measured(goal, rounds)
    return found.worst if goal.always else found.median


def verdict(goal: Goal, rounds: Sequence[Round]) -> str:
    """Whether a goal was met, and even what is tried for."""
    found = reached(goal, rounds)
    return "tried for" if found <= goal.aim else "met" if found <= goal.target else "MISSED"


def spoken(value: float, *, is_time: bool) -> str:
    """A time in the unit that suits it; anything else as a number."""
    if not is_time:
        return f"{value:.4g}"
    factor, unit = next(each for each in ((1, "s"), (1e3, "ms"), (1e6, "us")) if value * each[0] >= 1 or each[0] == 1e6)
    return f"{value * factor:.3g} {unit}"


HEAD = f"{'measure':52} {'target':>8} {'try for':>8} {'measured':>9}  {'quartiles':20}"


def goal_lines(group: Group, rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each goal: target, measured, spread, and whether it was met."""
    for goal in group.goals:
        found = measured(goal, rounds)
        values = (goal.target, goal.aim, reached(goal, rounds), found.low, found.high)
        target, aim, value, low, high = (spoken(each, is_time=goal.is_time) for each in values)
        yield f"{goal.title:52} {target:>8} {aim:>8} {value:>9}  {f'{low} to {high}':20} {verdict(goal, rounds)}"


def row_lines(group: Group, rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each row and figure: the median, and its ratio to the group's first row where that has the figure."""
    yield f"{group.name}: {group.title}"
    for row in group.rows:
        for figure in rounds[0][row]:
            value = spoken(statistics.median(each[row][figure] for each in rounds), is_time=figure not in PLAIN)
            yield f"    {row:52} {figure:10} {value:>9} {_against(group, rounds, row, figure):>8}"


def _against(group: Group, rounds: Sequence[Round], row: str, figure: str) -> str:
    first = next(iter(group.rows))
    if figure in PLAIN or figure not in rounds[0][first]:
        return ""
    return f"{ratio(rounds, row, figure, first).median:.3f}"
