"""Measures, and prints the goals with what was measured: `python -m tests.benchmarks`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from .catalogue import GROUPS
from .groups import Group, Round, measure
from .table import HEAD, goal_lines, reached, row_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; the exit status says whether every target was met."""
    options = _parser().parse_args(arguments)
    groups = [GROUPS[name] for name in options.only or GROUPS]
    results = [(group, _run(group, options.rounds, quiet=options.json)) for group in groups]
    print(_as_json(results) if options.json else _as_table(results))
    return int(not all(_is_met(group, measurements) for group, measurements in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(GROUPS), metavar="NAME", help=", ".join(GROUPS))
    parser.add_argument("--rounds", type=int, default=7, help="how often each row is run (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print every figure of every round")
    return parser


def _run(group: Group, count: int, *, quiet: bool) -> list[Round]:
    measurements = measure(group, count)
    if not quiet:
        print("\n".join(row_lines(group, measurements)), file=sys.stderr, flush=True)
    return measurements


def _as_table(results: Sequence[tuple[Group, list[Round]]]) -> str:
    return "\n".join([HEAD, *(line for group, measurements in results for line in goal_lines(group, measurements))])


def _as_json(results: Sequence[tuple[Group, list[Round]]]) -> str:
    return json.dumps({group.name: measurements for group, measurements in results}, indent=2)


def _is_met(group: Group, measurements: list[Round]) -> bool:
    return all(reached(goal, measurements) <= goal.target for goal in group.goals)


if __name__ == "__main__":
    sys.exit(main())
