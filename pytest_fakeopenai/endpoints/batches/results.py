"""What comes out of a batch: a line for each request in one of two files, and the tokens that all of them took."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from ...pipeline.dispatch import Outcome
from ...wire.protocol.call import Json

_CUT = ("request_failed", "The request ended before it was answered with JSON.")
CANCELLED = ("batch_cancelled", "This request was not executed because the batch was cancelled.")


def answered(key: str, custom_id: str, request_id: str, outcome: Outcome) -> Json:
    """The line of a request that was made, whether it was answered or refused."""
    body = _parsed(outcome.body)
    if body is None:
        return unanswered(key, custom_id, _CUT)
    response = {"status_code": outcome.status, "request_id": request_id, "body": body}
    return {"id": key, "custom_id": custom_id, "response": response, "error": None}


def _parsed(body: bytes) -> Json | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def unanswered(key: str, custom_id: str, reason: tuple[str, str]) -> Json:
    """The line of a request without an answer; the reason is a code and a message."""
    code, message = reason
    return {"id": key, "custom_id": custom_id, "response": None, "error": {"code": code, "message": message}}


def succeeded(line: Json) -> bool:
    """Whether a line goes into the output file, and not into that of errors."""
    return line["response"] is not None and line["response"]["status_code"] < 400


def jsonl(lines: Sequence[Json]) -> bytes:
    """A file of these lines, the last one first: the API promises no order, so nobody shall count on one."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in reversed(lines))


def usage(lines: Iterable[Json]) -> Json:
    """The tokens of all answers, whatever their endpoints call them."""
    used = [line["response"]["body"].get("usage") for line in lines]
    known = [each for each in used if isinstance(each, dict)]
    return {
        "input_tokens": _sum(known, "input_tokens", "prompt_tokens"),
        "output_tokens": _sum(known, "output_tokens", "completion_tokens"),
        "total_tokens": _sum(known, "total_tokens"),
        "input_tokens_details": {
            "cached_tokens": _sum(_details(known, "input_tokens", "prompt_tokens"), "cached_tokens")
        },
        "output_tokens_details": {
            "reasoning_tokens": _sum(_details(known, "output_tokens", "completion_tokens"), "reasoning_tokens")
        },
    }


def _sum(used: Iterable[Json], *names: str) -> int:
    counts = (each.get(name) for each in used for name in names)
    return sum(count for count in counts if isinstance(count, int))


def _details(used: Iterable[Json], *names: str) -> Iterator[Json]:
    details = (each.get(f"{name}_details") for each in used for name in names)
    return (each for each in details if isinstance(each, dict))
