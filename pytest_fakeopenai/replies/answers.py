"""Parts for the endpoints that answer by themselves: what stands in their answers in place of what they would say."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Vector = tuple[float, ...]
# From an input, a text or the ids of its tokens, to its vector; sync or async.
Embedder = Callable[[Any], "Iterable[float] | Awaitable[Iterable[float]]"]
_GREATEST = 3.4028235e38  # of a 32-bit float, as which vectors are sent


@dataclass(frozen=True, repr=False, init=False)
class Vectors:
    """Vectors of the test's own, for `embeddings`: one for each input, in order, or a function that makes them.

        fake_openai.script(Vectors([1.0, 0.0], [0.0, 1.0]))
        fake_openai.otherwise(Vectors(lambda text: [1.0, 0.0] if "cat" in text else [0.0, 1.0]))

    They answer requests to `embeddings` and no other, wherever they are scripted. They are sent as floats or base64, as
    the request asks, and otherwise as they are; where it asks for fewer `dimensions` they are cut and normalised, as
    OpenAI does. The usage is that of the inputs.

    The function, which may be async, is called with each input: its text. Where that comes as the ids of tokens it is
    called with their text too, if the extra `tokenizer` is installed, else with the list of ids.

    Another number of vectors than of inputs, or vectors shorter than the dimensions asked for, are refused;
    `unchecked=True` sends them all the same. TypeError, or ValueError, for what is no list of finite numbers.
    """

    vectors: tuple[Vector, ...]
    function: Embedder | None
    unchecked: bool

    def __init__(self, *vectors: Iterable[float] | Embedder, unchecked: bool = False) -> None:
        function = vectors[0] if len(vectors) == 1 and callable(vectors[0]) else None
        object.__setattr__(self, "vectors", () if function else tuple(map(as_vector, vectors)))
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "unchecked", unchecked)

    @property
    def text(self) -> str:
        """Nothing: vectors are not said."""
        return ""

    def __repr__(self) -> str:
        shown = [getattr(self.function, "__name__", repr(self.function))] if self.function else self.vectors
        return f"Vectors({', '.join(each if isinstance(each, str) else reprlib.repr([*each]) for each in shown)})"


def as_vector(value: object) -> Vector:
    """A list of numbers, or what iterates as one, as a vector; TypeError or ValueError for anything else."""
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes, dict)):
        raise TypeError(f"Vectors takes lists of numbers, or one function; got {reprlib.repr(value)}")
    numbers: Sequence[object] = [*value]
    if any(isinstance(each, Iterable) for each in numbers):
        raise TypeError(
            f"a vector is a list of numbers; the vectors of a list are Vectors(*vectors): {reprlib.repr(value)}"
        )
    return tuple(map(_as_number, numbers))


def _as_number(value: Any) -> float:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise TypeError(f"a vector is a list of numbers, got {value!r} in it")
    number = float(value)
    if not math.isfinite(number) or abs(number) > _GREATEST:
        raise ValueError(f"a vector is a list of numbers that a 32-bit float can hold, got {value!r} in it")
    return number
