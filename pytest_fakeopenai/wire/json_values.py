"""Reading JSON that may hold anything at all: what is of another type is as good as absent."""

from __future__ import annotations

import math
from typing import Any, TypeGuard


def as_dict(value: object) -> dict[str, Any]:
    """The object that a value should be, {} where it is something else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The array that a value should be, [] where it is something else."""
    return value if isinstance(value, list) else []


def as_objects(value: object) -> list[dict[str, Any]]:
    """The objects in the array that a value should be."""
    return [each for each in as_list(value) if isinstance(each, dict)]


def as_text(value: object) -> str:
    """The string that a value should be, "" where it is something else."""
    return value if isinstance(value, str) else ""


def as_count(value: object, default: int, most: int) -> int:
    """The number, from 1 to `most`, that a value should be: the nearest one, `default` where it is no integer."""
    return min(max(value, 1), most) if type(value) is int else default


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a JSON number; to Python True is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number other than NaN and Infinity, which Python's json reads too."""
    return is_number(value) and (isinstance(value, int) or math.isfinite(value))


class Fields:
    """Reads the fields of a JSON body; what has another type is as good as absent."""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def string(self, name: str) -> str | None:
        """A string, or None."""
        value = self._body.get(name)
        return value if isinstance(value, str) else None

    def boolean(self, name: str) -> bool:
        """A boolean, or false."""
        return self._body.get(name) is True

    def object(self, name: str) -> dict[str, Any]:
        """An object, or an empty one."""
        return as_dict(self._body.get(name))

    def objects(self, name: str) -> list[dict[str, Any]]:
        """The objects in a list."""
        return as_objects(self._body.get(name))

    def strings(self, name: str) -> list[str]:
        """The strings in a list."""
        return [each for each in as_list(self._body.get(name)) if isinstance(each, str)]

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        """An integer within bounds, `default` where it is none."""
        value = self._body.get(name)
        return min(max(value, low), high) if type(value) is int else default
