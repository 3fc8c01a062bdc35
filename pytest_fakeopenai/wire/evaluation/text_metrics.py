"""How alike two texts are, by the measures that graders name: numbers between 0 and 1.

Reference: https://platform.openai.com/docs/guides/graders
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

from .similarity import Indexed, Query

_WORD = re.compile(r"\w+")
_LONGEST = 50_000  # characters that are compared


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def longest_common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """The length of the longest sequence that both have in common, gaps allowed; a bit stands for each element."""
    places: dict[Hashable, int] = {}
    for place, element in enumerate(one):
        places[element] = places.get(element, 0) | 1 << place
    every = (1 << len(one)) - 1
    row = every
    for element in other:
        met = row & places.get(element, 0)
        row = (row + met | row - met) & every
    return len(one) - bin(row).count("1")


def _ratio(common: float, one: int, other: int) -> float:
    """The harmonic mean of what is common to two, as a part of each."""
    if not one or not other:
        return float(one == other)
    return 2 * common / (one + other)


def _grams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def _overlap(one: Counter[Any], other: Counter[Any]) -> int:
    return (one & other).total()


def _fuzzy_match(said: str, wanted: str) -> float:
    return _ratio(longest_common(said, wanted), len(said), len(wanted))


def _cosine(said: str, wanted: str) -> float:
    if said == wanted:
        return 1.0
    return Indexed(said).score(Query(wanted))


def _rouge(size: int, said: str, wanted: str) -> float:
    one, other = (_grams(_words(text), size) for text in (said, wanted))
    if not one or not other:
        return float(_words(said) == _words(wanted))
    return _ratio(_overlap(one, other), one.total(), other.total())


def _rouge_l(said: str, wanted: str) -> float:
    one, other = _words(said), _words(wanted)
    return _ratio(longest_common(one, other), len(one), len(other))


def _bleu(said: str, wanted: str) -> float:
    """Precision of grams up to four words, smoothed beyond the first, less a penalty for brevity."""
    one, other = _words(said), _words(wanted)
    if not one or not other:
        return float(one == other)
    sizes = range(1, 1 + min(4, len(one), len(other)))
    met = [(_overlap(_grams(one, size), _grams(other, size)), len(one) - size + 1) for size in sizes]
    if not met[0][0]:
        return 0.0
    parts = [math.log((common + (place > 0)) / (total + (place > 0))) for place, (common, total) in enumerate(met)]
    return math.exp(sum(parts) / len(parts) + min(0.0, 1 - len(other) / len(one)))


def _gleu(said: str, wanted: str) -> float:
    """Of precision and recall of all grams up to four words the smaller one."""
    one, other = (sum((_grams(_words(text), size) for size in range(1, 5)), Counter()) for text in (said, wanted))
    if not one or not other:
        return float(one == other)
    return _overlap(one, other) / max(one.total(), other.total())


def _meteor(said: str, wanted: str) -> float:
    """Recall before precision of the words, less a penalty for the pieces that they stand in."""
    one, other = _words(said), _words(wanted)
    if not one or not other:
        return float(one == other)
    places = _aligned(one, other)
    if not places:
        return 0.0
    precision, recall = len(places) / len(one), len(places) / len(other)
    pieces = 1 + sum(after != (before[0] + 1, before[1] + 1) for before, after in itertools.pairwise(places))
    penalty = 0.5 * (pieces / len(places)) ** 3 if pieces > 1 else 0.0
    return (1 - penalty) * 10 * precision * recall / (recall + 9 * precision)


def _aligned(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the words that both have, each word taken once, the next one in line first."""
    free: dict[str, list[int]] = {}
    for place, word in enumerate(other):
        free.setdefault(word, []).append(place)
    found: list[tuple[int, int]] = []
    for place, word in enumerate(one):
        if left := free.get(word):
            following = found[-1][1] + 1 if found else 0
            found.append((place, left.pop(left.index(following) if following in left else 0)))
    return found


METRICS: dict[str, Callable[[str, str], float]] = {
    "cosine": _cosine,
    "fuzzy_match": _fuzzy_match,
    "bleu": _bleu,
    "gleu": _gleu,
    "meteor": _meteor,
    **{f"rouge_{size}": partial(_rouge, size) for size in range(1, 6)},
    "rouge_l": _rouge_l,
}


def similarity(metric: str, said: str, wanted: str) -> float:
    """How alike a text is to the one that was wanted."""
    return min(1.0, METRICS[metric](said[:_LONGEST], wanted[:_LONGEST]))
