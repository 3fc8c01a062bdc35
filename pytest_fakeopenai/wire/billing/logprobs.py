"""Log probabilities of the tokens of a text: given by the test, or invented so that they look plausible."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from ...replies.logprobs import Logprob

_MOST = 20


def invent(pieces: Iterable[str], alternatives: int) -> list[Logprob]:
    """A log probability for each piece, a function of its text, with so many alternatives, of which 20 are the most."""
    count = min(alternatives, _MOST)
    return [Logprob(piece, _value(piece), tuple(_others(piece, count))) for piece in pieces]


def _value(token: str) -> float:
    return -(zlib.crc32(token.encode()) % 4096) / 8192


def _others(token: str, count: int) -> Iterable[tuple[str, float]]:
    first = _value(token)
    return ((token if rank == 0 else f"{token}{rank}", first - 1.5 * rank) for rank in range(count))


def from_entry(entry: dict[str, Any]) -> Logprob:
    """The log probability behind an entry as the API spells it."""
    tops = entry.get("top_logprobs") or ()
    return Logprob(entry["token"], entry["logprob"], tuple((top["token"], top["logprob"]) for top in tops))


def between(tokens: Iterable[Logprob], start: int, end: int) -> Iterator[Logprob]:
    """The tokens of a text that begin between two positions."""
    position = 0
    for token in tokens:
        if start <= position < end:
            yield token
        position += len(token.token)


def entry(logprob: Logprob) -> dict[str, Any]:
    """An entry as chat completions spells it."""
    own = _token(logprob.token, logprob.logprob)
    return {**own, "top_logprobs": [_token(token, value) for token, value in logprob.top_logprobs]}


def entry_sorted(logprob: Logprob) -> dict[str, Any]:
    """The same entry as Responses spells it, its keys sorted."""
    own = entry(logprob)
    own["top_logprobs"] = [dict(sorted(other.items())) for other in own["top_logprobs"]]
    return dict(sorted(own.items()))


def _token(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}
