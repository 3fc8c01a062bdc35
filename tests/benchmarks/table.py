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


def ratio(measurements: Sequence[Round], row: str, figure: str, reference: str | None) -> Measured:
    """A row's figure to the reference's in the same round; without a reference the figure itself."""
    if reference is None:
        return Measured.of([each[row][figure] for each in measurements])
    return Measured.of([each[row][figure] / each[reference][figure] for each in measurements])


def measured(goal: Goal, measurements: Sequence[Round]) -> Measured:
    """What was measured of a goal."""
    return ratio(measurements, goal.row, goal.figure, goal.reference)


def reached(goal: Goal, measurements: Sequence[Round]) -> float:
    """What is held against a goal."""
    figure = measured(goal, measurements)
    return figure.worst if goal.always else figure.median


def verdict(goal: Goal, measurements: Sequence[Round]) -> str:
    """Whether a goal was met, and even what is tried for."""
    value = reached(goal, measurements)
    return "tried for" if value <= goal.aim else "met" if value <= goal.target else "MISSED"


def formatted(value: float, *, is_time: bool) -> str:
    """A time in the unit that suits it; anything else as a number."""
    if not is_time:
        return f"{value:.4g}"
    factor, unit = next(each for each in ((1, "s"), (1e3, "ms"), (1e6, "us")) if value * each[0] >= 1 or each[0] == 1e6)
    return f"{value * factor:.3g} {unit}"


HEAD = f"{'measure':52} {'target':>8} {'try for':>8} {'measured':>9}  {'quartiles':20}"


def goal_lines(group: Group, measurements: Sequence[Round]) -> Iterator[str]:
    """A line for each goal: target, measured, spread, and whether it was met."""
    for goal in group.goals:
        figure = measured(goal, measurements)
        values = (goal.target, goal.aim, reached(goal, measurements), figure.low, figure.high)
        target, aim, value, low, high = (formatted(each, is_time=goal.is_time) for each in values)
        yield f"{goal.title:52} {target:>8} {aim:>8} {value:>9}  {f'{low} to {high}':20} {verdict(goal, measurements)}"


def row_lines(group: Group, measurements: Sequence[Round]) -> Iterator[str]:
    """A line for each row and figure: the median, and its ratio to the group's first row where that has the figure."""
    yield f"{group.name}: {group.title}"
    for row in group.rows:
        for figure in measurements[0][row]:
            value = formatted(
                statistics.median(each[row][figure] for each in measurements), is_time=figure not in PLAIN
            )
            yield f"    {row:52} {figure:10} {value:>9} {_against(group, measurements, row, figure):>8}"


def _against(group: Group, measurements: Sequence[Round], row: str, figure: str) -> str:
    first = next(iter(group.rows))
    if figure in PLAIN or figure not in measurements[0][first]:
        return ""
    return f"{ratio(measurements, row, figure, first).median:.3f}"
