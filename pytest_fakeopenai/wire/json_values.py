"""Reading JSON that may hold anything at all, without a check beforehand."""

from __future__ import annotations

import math
from typing import TypeGuard


def as_dict(value: object) -> dict[str, object]:
    """The object that a value should be, {} where it is something else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The array that a value should be, [] where it is something else."""
    return value if isinstance(value, list) else []


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a JSON number; to Python True is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number other than NaN and Infinity, which Python's json reads too."""
    return is_number(value) and (isinstance(value, int) or math.isfinite(value))
