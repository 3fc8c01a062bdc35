"""The numbers that an example of a schema tries."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce

BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def numbers_near_zero(bounds: list[Fraction], steps: list[Fraction]) -> Iterator[int | float]:
    """The candidates for the number nearest to 0 that keeps the bounds and is a multiple of each step, nearest first.

    They are multiples of all steps around 0 and the bounds; without steps also the bounds and the middles between them.
    """
    step = reduce(_common_step, steps) if steps else Fraction(1)
    points = {Fraction(0), step, -step}
    for bound in bounds:
        points |= {bound // step * step + shift for shift in (-step, 0, step)}
    if not steps:
        points |= {*bounds, *((low + high) / 2 for low, high in itertools.pairwise(sorted(bounds)))}
    for point in sorted(points, key=lambda point: (abs(point), -point)):
        if point.denominator == 1:
            yield int(point)
        elif abs(point) < Fraction(10) ** 300:  # otherwise it is no float
            yield float(point)


def _common_step(one: Fraction, other: Fraction) -> Fraction:
    """The least common multiple of two steps."""
    return Fraction(math.lcm(one.numerator, other.numerator), math.gcd(one.denominator, other.denominator))
