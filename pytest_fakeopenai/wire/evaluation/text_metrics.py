"""The similarity of a text to a reference, by the metrics that graders name: 0 to 1, where 1 is the same.

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
    """The length of the longest common subsequence. Each element is a bit of one number, which makes it fast."""
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
    """The F1 score of what two sequences of these lengths have in common."""
    if not one or not other:
        return float(one == other)
    return 2 * common / (one + other)


def _n_grams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def _overlap(one: Counter[Any], other: Counter[Any]) -> int:
    return (one & other).total()


def _fuzzy_match(text: str, reference: str) -> float:
    return _ratio(longest_common(text, reference), len(text), len(reference))


def _cosine(text: str, reference: str) -> float:
    if text == reference:
        return 1.0
    return Indexed(text).score(Query(reference))


def _rouge(size: int, text: str, reference: str) -> float:
    one, other = _n_grams(_words(text), size), _n_grams(_words(reference), size)
    if not one or not other:
        return float(_words(text) == _words(reference))
    return _ratio(_overlap(one, other), one.total(), other.total())


def _rouge_l(text: str, reference: str) -> float:
    one, other = _words(text), _words(reference)
    return _ratio(longest_common(one, other), len(one), len(other))


def _bleu(text: str, reference: str) -> float:
    """Precision of n-grams up to four words, smoothed beyond single words, less a penalty for brevity."""
    one, other = _words(text), _words(reference)
    if not one or not other:
        return float(one == other)
    sizes = range(1, 1 + min(4, len(one), len(other)))
    met = [(_overlap(_n_grams(one, size), _n_grams(other, size)), len(one) - size + 1) for size in sizes]
    if not met[0][0]:
        return 0.0
    parts = [math.log((common + (place > 0)) / (total + (place > 0))) for place, (common, total) in enumerate(met)]
    return math.exp(sum(parts) / len(parts) + min(0.0, 1 - len(other) / len(one)))


def _gleu(text: str, reference: str) -> float:
    """The smaller one of precision and recall of all n-grams up to four words."""
    one, other = (sum((_n_grams(_words(each), size) for size in range(1, 5)), Counter()) for each in (text, reference))
    if not one or not other:
        return float(one == other)
    return _overlap(one, other) / max(one.total(), other.total())


def _meteor(text: str, reference: str) -> float:
    """Recall and precision of the words, weighted nine to one, less a penalty for each break in their order."""
    one, other = _words(text), _words(reference)
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
    """The pairs of places of the words that both have, each word once, in an unbroken row where there is a choice."""
    free: dict[str, list[int]] = {}
    for place, word in enumerate(other):
        free.setdefault(word, []).append(place)
    pairs: list[tuple[int, int]] = []
    for place, word in enumerate(one):
        if left := free.get(word):
            following = pairs[-1][1] + 1 if pairs else 0
            pairs.append((place, left.pop(left.index(following) if following in left else 0)))
    return pairs


METRICS: dict[str, Callable[[str, str], float]] = {
    "cosine": _cosine,
    "fuzzy_match": _fuzzy_match,
    "bleu": _bleu,
    "gleu": _gleu,
    "meteor": _meteor,
    **{f"rouge_{size}": partial(_rouge, size) for size in range(1, 6)},
    "rouge_l": _rouge_l,
}


def similarity(metric: str, text: str, reference: str) -> float:
    """The similarity of a text to a reference by a metric of METRICS; of long texts only the beginnings count."""
    return min(1.0, METRICS[metric](text[:_LONGEST], reference[:_LONGEST]))
