"""The file of requests that a batch is made from: its lines, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...replies.faults import ApiError
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Json

MOST_LINES = 50_000
_STREAMING = {
    "/chat/completions": "Chat Completions",
    "/completions": "Completions",
    "/responses": "Responses",
}


@dataclass(frozen=True)
class Line:
    """One request of a batch."""

    custom_id: str
    body: Json


@dataclass
class Input:
    """What a file holds: requests, or the problems for which the whole batch fails."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Json] = field(default_factory=list)

    @property
    def model(self) -> str | None:
        """The model that every line names."""
        model = self.lines[0].body.get("model") if self.lines else None
        return model if isinstance(model, str) else None


def problem(code: str, message: str, param: str | None = None, line: int | None = None) -> Json:
    """A reason for which a batch fails before it begins."""
    return {"code": code, "message": message, "param": param, "line": line}


def read(content: bytes, endpoint: str, knows_model: Callable[[str], bool]) -> Input:
    """The requests of a file for this endpoint; `knows_model` tells whether there is a model of that name."""
    numbered = [(number, text) for number, text in enumerate(content.split(b"\n"), 1) if text.strip()]
    if not numbered:
        return Input(problems=[problem("empty_file", "The input file contains no requests.")])
    if len(numbered) > MOST_LINES:
        told = f"The input file contains {len(numbered)} requests, more than the {MOST_LINES} that a batch may have."
        return Input(problems=[problem("too_many_tasks", told)])
    reader = _Reader(endpoint, knows_model)
    for number, text in numbered:
        reader.add(number, text)
    return reader.found


class _Reader:
    """Reads a file line by line."""

    def __init__(self, endpoint: str, knows_model: Callable[[str], bool]) -> None:
        self.found = Input()
        self._endpoint = endpoint
        self._knows_model = knows_model
        self._ids: set[str] = set()

    def add(self, number: int, text: bytes) -> None:
        """Take a line; of one that is wrong only its first problem is told."""
        try:
            given = sse.parse(text)
        except ValueError:
            given = None
        told = next(self._problems(given), None)
        if told is None:
            self._ids.add(given["custom_id"])
            self.found.lines.append(Line(given["custom_id"], given["body"]))
        else:
            self.found.problems.append({**told, "line": number})

    def _problems(self, given: object) -> Iterator[Json]:
        if isinstance(given, dict):
            yield from map(_as_problem, _misshapen(given))
            yield from self._wrong_place(given)
            yield from self._wrong_body(given["body"])
        else:
            yield problem("invalid_json_line", "This line is not parseable as valid JSON.")

    def _wrong_place(self, given: Json) -> Iterator[Json]:
        if given["custom_id"] in self._ids:
            told = f"The custom_id '{given['custom_id']}' is that of an earlier request; each must be unique."
            yield problem("duplicate_custom_id", told, "custom_id")
        if given["url"] != self._endpoint:
            yield problem("invalid_url", "The URL provided for this request does not match the batch endpoint.", "url")

    def _wrong_body(self, body: Json) -> Iterator[Json]:
        model = body.get("model")
        if isinstance(model, str) and not self._knows_model(model):
            told = f"The provided model '{model}' is not supported by the Batch API."
            yield problem("model_not_found", told, "body.model")
        if self.found.lines and model != self.found.lines[0].body.get("model"):
            first = self.found.lines[0].body.get("model")
            told = f"All requests of a batch must name the same model: expected '{first}', but got '{model}'."
            yield problem("mismatched_model", told, "body.model")
        if body.get("stream") is True:
            kind = _STREAMING.get(self._endpoint.removeprefix("/v1"), "Batches")
            told = f"{kind}: Streaming is not supported in the Batch API."
            yield problem("streaming_unsupported", told, "body.stream")


def _misshapen(given: Json) -> Iterator[ApiError]:
    """What is missing from a line, or of another type."""
    for name, kind, expected in (
        ("custom_id", str, "a string"),
        ("method", str, "a string"),
        ("url", str, "a string"),
        ("body", dict, "an object"),
    ):
        if given.get(name) is None:
            yield errors.missing_parameter(name)
        elif not isinstance(given[name], kind):
            yield errors.invalid_type(name, expected, given[name])
    if given["method"] != "POST":
        yield errors.invalid_value("method", given["method"], ["POST"])


def _as_problem(error: ApiError) -> Json:
    return problem(error.code or "", error.message, error.param)
