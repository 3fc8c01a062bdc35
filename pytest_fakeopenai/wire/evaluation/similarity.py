"""The similarity of two texts: the cosine of their vectors in `wire/vectors`, without the noise of random directions.

The vectors of two texts that share nothing are nearly orthogonal; their features are wholly so. The features of an
indexed text are numbers in two arrays, which take a tenth of the memory of a dict.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable

from ..vectors import features_of

_DIGITS = 6  # to which a score is rounded


class Query:
    """A text to search for."""

    def __init__(self, text: str) -> None:
        self.weights = _weights(text)
        self.length = _length(self.weights.values())


class Indexed:
    """A text in the form in which many queries can be scored against it."""

    def __init__(self, text: str) -> None:
        weights = _weights(text)
        self._features = array("Q", sorted(weights))
        self._weights = array("I", map(weights.__getitem__, self._features))
        self._length = _length(self._weights)

    def score(self, query: Query) -> float:
        """The cosine between a query and this text: 0 where they share nothing, 1 where they are the same."""
        shared = sum(weight * self._weight(feature) for feature, weight in query.weights.items())
        return min(1.0, round(shared / (self._length * query.length), _DIGITS)) if shared else 0.0

    def _weight(self, feature: int) -> int:
        place = bisect_left(self._features, feature)
        present = place < len(self._features) and self._features[place] == feature
        return self._weights[place] if present else 0


def _weights(text: str) -> dict[int, int]:
    """The weight of each feature of a text."""
    return {_number(feature): math.isqrt(squared) for feature, squared in features_of(text).items()}


def _number(feature: str) -> int:
    """A feature as 64 bits of its hash."""
    digest = hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _length(weights: Iterable[int]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights))
