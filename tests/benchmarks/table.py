"""From rounds to ratios and lines."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .groups import Goal, Group, Round


@dataclass(frozen=True)
class Measured:
    """A figure over all rounds: its median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Measured:
        """The figure of these values."""
        ordered = sorted(values)
        quarter = len(ordered) // 4
        return cls(statistics.median(ordered), ordered[quarter], ordered[-1 - quarter])


def ratio(rounds: Sequence[Round], row: str, figure: str, reference: str | None) -> Measured:
    """A row's figure to the reference's in the same round; without a reference the figure itself."""
    if reference is None:
        return Measured.of([each[row][figure] for each in rounds])
    return Measured.of([each[row][figure] / each[reference][figure] for each in rounds])


def reached(goal: Goal, rounds: Sequence[Round]) -> Measured:
    """What was measured of a goal."""
    return ratio(rounds, goal.row, goal.figure, goal.reference)


def goal_lines(group: Group, rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each goal: target, measured, spread, and whether it was met."""
    for goal in group.goals:
        found = reached(goal, rounds)
        verdict = "tried for" if found.median <= goal.aim else "met" if found.median <= goal.target else "MISSED"
        spread = f"{found.low:.4g} to {found.high:.4g}"
        yield f"{goal.title:52} {goal.target:8.4g} {goal.aim:8.4g} {found.median:9.4g}  {spread:22} {verdict}"


HEAD = f"{'measure':52} {'target':>8} {'try for':>8} {'measured':>9}  {'quartiles':22}"


def row_lines(group: Group, rounds: Sequence[Round]) -> Iterator[str]:
    """A line for each row and figure: the ratio to the group's first row, and the median of the figure itself."""
    first = next(iter(group.rows))
    yield f"  {group.title}, against {first}"
    for row in group.rows:
        for figure in rounds[0][row]:
            against = ratio(rounds, row, figure, first if figure in rounds[0][first] else None)
            value = statistics.median(each[row][figure] for each in rounds)
            yield f"    {row:40} {figure:12} {against.median:8.3f}  {value:12.6g}"
