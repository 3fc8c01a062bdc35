"""Tokens, counted and split with OpenAI's own vocabularies where the extra `tokenizer` is installed.

Without it a count is an approximation: within an eighth of the real figure for English sentences, code and JSON, within
a third for most other languages, and low by up to two thirds where an old model splits their letters into bytes.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.machinery import PathFinder
from typing import Any, Protocol

from .models import family

_ROUGHLY = re.compile(
    r"""
      [\u2e80-\ud7ff\U00010000-\U0010ffff]                      # an ideograph, a syllable, an emoji
    | ['.(_]? [A-Z]? [a-z]{1,10}                                # a word, with the mark before it
    | [A-Z]{1,3}
    | [^\x00-\x7f\s\u2e80-\ud7ff\U00010000-\U0010ffff]{1,3}     # letters of other alphabets
    | [0-9]{1,3}
    | [!-/:-@\[-`{-~]{1,3}\n*                                   # marks, and the end of their line
    | \s*\n\s*
    | [ ]{2,}
    """,
    re.VERBOSE,
)

_loading = threading.Lock()
_loaded: dict[str, Encoding | None] = {}


class Encoding(Hashable, Protocol):
    """A vocabulary; the names of special tokens are plain text to it."""

    def count(self, text: str) -> int:
        """The number of a text's tokens."""

    def encode(self, text: str) -> list[int]:
        """The ids of a text's tokens."""

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of some tokens; ValueError where it begins or ends within a character."""


def encoding(vocabulary: str) -> Encoding | None:
    """The vocabulary of this name, loaded once per process; None where no tokenizer is installed."""
    if vocabulary not in _loaded:
        with _loading:
            if vocabulary not in _loaded:
                tokenizers = _tokenizers()
                _loaded[vocabulary] = tokenizers and tokenizers.tokenizer_for_encoding(vocabulary)
    return _loaded[vocabulary]


def _tokenizers() -> Any:
    """The compiled part of bpe-openai by itself: the package around it takes a second to load, this a tenth of that."""
    package = importlib.util.find_spec("bpe_openai")
    places = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("bpe_openai._bindings", places or [])
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_exact(model: str) -> bool:
    """Whether the tokens of this model are counted with its own vocabulary."""
    return encoding(family(model).vocabulary) is not None


def count(text: str, model: str) -> int:
    """The number of tokens of a text to a model; blanks alone are at least one."""
    if not text:
        return 0
    return _measure(text, encoding(family(model).vocabulary))


# An answer is counted for the stream, for the body and for the store: few texts, one after the other.
@lru_cache(maxsize=64)
def _measure(text: str, vocabulary: Encoding | None) -> int:
    if vocabulary is None:
        return len(_ROUGHLY.findall(text)) or int(bool(text))
    return vocabulary.count(text)


# By vocabulary: the first id behind those of plain tokens. The tokenizer panics at one that it does not know.
_ENDS = {"cl100k_base": 100_256, "o200k_base": 199_998}


def text_of(ids: Sequence[int], model: str) -> str | None:
    """The text of some tokens; None where they make none, or no tokenizer is installed."""
    name = family(model).vocabulary
    if not all(0 <= each < _ENDS.get(name, 0) for each in ids) or (vocabulary := encoding(name)) is None:
        return None
    try:
        return vocabulary.decode(ids)
    except ValueError:
        return None


def pieces(text: str, model: str) -> Iterable[str] | None:
    """The text token by token, tokens that share a character together; None where no tokenizer is installed."""
    vocabulary = encoding(family(model).vocabulary)
    return None if vocabulary is None else _decoded(text, vocabulary)


def _decoded(text: str, vocabulary: Encoding) -> Iterator[str]:
    together: list[int] = []
    for token in vocabulary.encode(text):
        together.append(token)
        try:
            yield vocabulary.decode(together)
        except ValueError:  # the rest of a character is to come
            continue
        together = []
