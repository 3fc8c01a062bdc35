"""Parts for the endpoints that answer by themselves: what stands in their answers in place of what they would say."""

from __future__ import annotations

import json
import math
import reprlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .arguments import expect_flag, json_text

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
        expect_flag("Vectors(unchecked=)", unchecked)
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


@dataclass(frozen=True, repr=False, init=False)
class Patch:
    """An endpoint's own answer with some fields laid over it: an object in another state than it really is in.

        rule = fake_openai.when(endpoint="batches.retrieve")
        rule.script(Patch(status="in_progress"), Patch(status="in_progress"))     # then as it is: completed

    The rule names an endpoint that answers by itself. An object within a field is laid over the one that is there,
    field by field; any other value replaces it, lists too. Of a page, fields of its own, such as `has_more`, are laid
    over the page, all others over each of its objects. What is stored stays as it is.

    A field, or a value, that the SDK's type of the answer does not know is refused, with the one that may be meant;
    `unchecked=True` sends it all the same. Fields whose names are no names in Python go into a dict:
    `Patch({"async": True})`. ValueError where there are none, TypeError for what has no JSON form.
    """

    fields: Mapping[str, Any]
    unchecked: bool

    def __init__(self, fields: Mapping[str, Any] | None = None, /, *, unchecked: bool = False, **named: Any) -> None:
        if fields is not None and not isinstance(fields, Mapping):
            raise TypeError(f"Patch takes fields by name, or a mapping of them; got {reprlib.repr(fields)}")
        expect_flag("Patch(unchecked=)", unchecked)
        object.__setattr__(self, "fields", json.loads(json_text({**(fields or {}), **named})))
        object.__setattr__(self, "unchecked", unchecked)
        if not self.fields:
            raise ValueError("Patch needs the fields that it lays over an answer: Patch(status='in_progress')")

    @property
    def text(self) -> str:
        """Nothing: fields are not said."""
        return ""

    def __repr__(self) -> str:
        return f"Patch({', '.join(f'{name}={value!r}' for name, value in self.fields.items())})"
