"""The results of a batch: a line for each request, in the output file or the error file, and their usage.

Reference: https://platform.openai.com/docs/api-reference/batch/request-output
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from ...pipeline.dispatch import Outcome
from ...wire.protocol.call import Json

_REQUEST_FAILED = ("request_failed", "The request ended before it was answered with JSON.")
CANCELLED = ("batch_cancelled", "This request was not executed because the batch was cancelled.")


def response_line(line_id: str, custom_id: str, request_id: str, outcome: Outcome) -> Json:
    """The line of a request that was made: {`id`, `custom_id`, `response`, `error`}; a refusal is a response too."""
    body = _parsed(outcome.body)
    if body is None:
        return error_line(line_id, custom_id, _REQUEST_FAILED)
    response = {"status_code": outcome.status, "request_id": request_id, "body": body}
    return {"id": line_id, "custom_id": custom_id, "response": response, "error": None}


def _parsed(body: bytes) -> Json | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def error_line(line_id: str, custom_id: str, reason: tuple[str, str]) -> Json:
    """The line of a request that has no response; the reason is a code and a message."""
    code, message = reason
    return {"id": line_id, "custom_id": custom_id, "response": None, "error": {"code": code, "message": message}}


def succeeded(line: Json) -> bool:
    """Whether a line belongs into the output file, not the error file."""
    return line["response"] is not None and line["response"]["status_code"] < 400


def jsonl(lines: Sequence[Json]) -> bytes:
    """A file of these lines, the last one first, since the API promises no order."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in reversed(lines))


def usage(lines: Iterable[Json]) -> Json:
    """The sum of the usage of all responses, by whatever names their endpoints give it."""
    bodies = [line["response"]["body"].get("usage") for line in lines]
    usages = [each for each in bodies if isinstance(each, dict)]
    return {
        "input_tokens": _sum(usages, "input_tokens", "prompt_tokens"),
        "output_tokens": _sum(usages, "output_tokens", "completion_tokens"),
        "total_tokens": _sum(usages, "total_tokens"),
        "input_tokens_details": {
            "cached_tokens": _sum(_details(usages, "input_tokens", "prompt_tokens"), "cached_tokens")
        },
        "output_tokens_details": {
            "reasoning_tokens": _sum(_details(usages, "output_tokens", "completion_tokens"), "reasoning_tokens")
        },
    }


def _sum(used: Iterable[Json], *names: str) -> int:
    counts = (each.get(name) for each in used for name in names)
    return sum(count for count in counts if isinstance(count, int))


def _details(used: Iterable[Json], *names: str) -> Iterator[Json]:
    details = (each.get(f"{name}_details") for each in used for name in names)
    return (each for each in details if isinstance(each, dict))
