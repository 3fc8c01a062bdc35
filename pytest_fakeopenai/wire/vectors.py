"""Embeddings that need no model: texts that share words, stems or characters get similar vectors.

A text is a bag of weighted features: its words, their character n-grams and its pairs of neighbouring words.
Every feature points in its own pseudo-random direction, taken from its SHAKE-256 digest, and the text's vector is
the weighted sum of them. Two random directions are nearly orthogonal, so the cosine of two texts measures the
features they share. The arithmetic is on integers up to the last step: the result is the same on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
import sys
import unicodedata
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

# Squared weights, which add up over a text: a feature seen four times weighs twice as much as one seen once.
_WORD, _GRAM, _COMMON, _PAIR = 300, 100, 20, 20

# Bounds the time for a long text, and keeps the sum of weights below the 2**24 that a lane of _direction() holds.
_MAX_FEATURES = 4096

_ENGLISH = """
    a about all also am an and any are as at be been but by can could d did do does for from had has have he her him
    his how i if in into is it its ll m may me more my no not of on or our re s she should so some such t than that
    the their them then there these they this those to ve was we were what when where which who why will with would
    you your
"""
_COMMON_WORDS = frozenset(_ENGLISH.split())

# Explicit ranges, because the Unicode categories of `re` and `str` change with the Python version.
_SYMBOLS = r"\s\x00-/:-@\[-`{-\xbf\u060c\u061b\u061f\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3003\u3008-\u301f"
# Chinese, Japanese, Korean and emoji start here: one character says as much as several letters of an alphabet.
_DENSE = "\u2e80"
_ALPHABETIC_WORD = rf"[^{_SYMBOLS}{_DENSE}-\U0010ffff]+"
_DENSE_WORD = r"[\u2e80-\u2fff\u3004-\u3007\u3020-\U0010ffff]+"
_TOKEN = re.compile(rf"{_ALPHABETIC_WORD}|{_DENSE_WORD}|\S")
_SYMBOL = re.compile(f"[{_SYMBOLS}]")


def embed(content: str | Sequence[int], *, size: int, dimensions: int | None = None) -> array[float]:
    """Return the unit vector of a text or of a list of token ids.

    `size` is the length of the model's native vector; `dimensions` cuts that vector and normalises it again.
    """
    features = features_of(content) if isinstance(content, str) else _token_features(content)
    return _unit(_weighted_sum(features, size)[:dimensions])


def to_base64(vector: Sequence[float]) -> str:
    """Encode a vector as the API does for `encoding_format="base64"`: little-endian 32-bit floats."""
    little_endian = array("f", vector)
    if sys.byteorder == "big":
        little_endian.byteswap()
    return base64.b64encode(little_endian.tobytes()).decode("ascii")


def features_of(text: str) -> Counter[str]:
    """The features of a text, each with its squared weight."""
    words: list[str] = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    features = _pair_features(words)
    for word in words:
        features.update(_word_features(word))
    return features


def _token_features(token_ids: Sequence[int]) -> Counter[str]:
    tokens = [f"token {token_id}" for token_id in token_ids]
    features = _pair_features(tokens)
    for token in tokens:
        features[token] += _WORD
    return features


def _pair_features(words: Sequence[str]) -> Counter[str]:
    # Light: they only tell "dog bites man" from "man bites dog".
    features: Counter[str] = Counter()
    for first, second in pairwise(words):
        features[f"pair {first} {second}"] += _PAIR
    return features


def _word_features(word: str) -> dict[str, int]:
    if word in _COMMON_WORDS or _SYMBOL.match(word):
        return {f"word {word}": _COMMON}
    return {f"word {word}": _WORD, **dict.fromkeys(_grams(word), _GRAM)}


def _grams(word: str) -> list[str]:
    """The n-grams of a word: three letters of an alphabet, one and two characters of a dense script."""
    if word >= _DENSE:
        return [*word, *map("".join, pairwise(word))]
    # Only the start is marked: a stem says what a text is about, an ending such as "-ing" does not.
    marked = f"<{word}"
    return [marked[start : start + 3] for start in range(max(1, len(marked) - 2))]


def _weighted_sum(features: Counter[str], size: int) -> list[int]:
    """The sum of the directions of the features, each times its weight, scaled to integers."""
    total = mass = 0
    for feature, squared_weight in features.most_common(_MAX_FEATURES):
        weight = math.isqrt(squared_weight)
        total += weight * _direction(feature, size)
        mass += weight
    lanes = struct.unpack(f"<{size}I", total.to_bytes(4 * size, "little"))
    # A lane adds up bytes of 0..255; twice the lane less 255 each centres them on zero and stays an integer.
    values = [2 * lane - 255 * mass for lane in lanes]
    # The first value must not be zero: the vector may be cut down to it alone, and an empty text has no other.
    values[0] = values[0] or 1
    return values


@lru_cache(maxsize=2048)
def _direction(feature: str, size: int) -> int:
    """The pseudo-random vector of a feature; its values are bytes."""
    # One big integer with a 32-bit lane for each dimension: one addition or multiplication then does all of them.
    lanes = bytearray(4 * size)
    lanes[::4] = hashlib.shake_256(feature.encode("utf-8", "surrogatepass")).digest(size)
    return int.from_bytes(lanes, "little")


def _unit(values: Sequence[int]) -> array[float]:
    """A vector of length 1 in the same direction."""
    norm = math.sqrt(sum(value * value for value in values))
    return array("f", [value / norm for value in values])
