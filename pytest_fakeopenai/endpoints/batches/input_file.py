"""The input file of a batch: its requests, or the errors in it.

Reference: https://platform.openai.com/docs/api-reference/batch/request-input
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...replies.faults import ApiError
from ...wire.protocol import errors, sse
from ...wire.protocol.call import Json

MAX_REQUESTS = 50_000
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
class InputFile:
    """The content of an input file: requests, or the errors for which the whole batch fails."""

    lines: list[Line] = field(default_factory=list)
    errors: list[Json] = field(default_factory=list)

    @property
    def model(self) -> str | None:
        """The model that every request names."""
        model = self.lines[0].body.get("model") if self.lines else None
        return model if isinstance(model, str) else None


def batch_error(code: str, message: str, param: str | None = None, line: int | None = None) -> Json:
    """An error in the `errors` of a batch; `line` is the number of the line."""
    return {"code": code, "message": message, "param": param, "line": line}


def read(content: bytes, endpoint: str, knows_model: Callable[[str], bool]) -> InputFile:
    """The requests of a file for this endpoint, or its errors; `knows_model` says whether a model exists."""
    numbered = [(number, text) for number, text in enumerate(content.split(b"\n"), 1) if text.strip()]
    if not numbered:
        return InputFile(errors=[batch_error("empty_file", "The input file contains no requests.")])
    if len(numbered) > MAX_REQUESTS:
        count = len(numbered)
        message = f"The input file contains {count} requests, more than the {MAX_REQUESTS} that a batch may have."
        return InputFile(errors=[batch_error("too_many_tasks", message)])
    reader = _Reader(endpoint, knows_model)
    for number, text in numbered:
        reader.add(number, text)
    return reader.input_file


class _Reader:
    """Reads a file line by line into `input_file`."""

    def __init__(self, endpoint: str, knows_model: Callable[[str], bool]) -> None:
        self.input_file = InputFile()
        self._endpoint = endpoint
        self._knows_model = knows_model
        self._ids: set[str] = set()

    def add(self, number: int, text: bytes) -> None:
        """Read a line; of a wrong one only the first error counts."""
        try:
            line = sse.parse(text)
        except ValueError:
            line = None
        error = next(self._errors(line), None)
        if error is None:
            self._ids.add(line["custom_id"])
            self.input_file.lines.append(Line(line["custom_id"], line["body"]))
        else:
            self.input_file.errors.append({**error, "line": number})

    def _errors(self, line: object) -> Iterator[Json]:
        if isinstance(line, dict):
            yield from map(_as_batch_error, _shape_errors(line))
            yield from self._id_and_url_errors(line)
            yield from self._body_errors(line["body"])
        else:
            yield batch_error("invalid_json_line", "This line is not parseable as valid JSON.")

    def _id_and_url_errors(self, line: Json) -> Iterator[Json]:
        if line["custom_id"] in self._ids:
            message = f"The custom_id '{line['custom_id']}' is that of an earlier request; each must be unique."
            yield batch_error("duplicate_custom_id", message, "custom_id")
        if line["url"] != self._endpoint:
            message = "The URL provided for this request does not match the batch endpoint."
            yield batch_error("invalid_url", message, "url")

    def _body_errors(self, body: Json) -> Iterator[Json]:
        model = body.get("model")
        if isinstance(model, str) and not self._knows_model(model):
            message = f"The provided model '{model}' is not supported by the Batch API."
            yield batch_error("model_not_found", message, "body.model")
        if self.input_file.lines and model != self.input_file.lines[0].body.get("model"):
            first = self.input_file.lines[0].body.get("model")
            message = f"All requests of a batch must name the same model: expected '{first}', but got '{model}'."
            yield batch_error("mismatched_model", message, "body.model")
        if body.get("stream") is True:
            kind = _STREAMING.get(self._endpoint.removeprefix("/v1"), "Batches")
            message = f"{kind}: Streaming is not supported in the Batch API."
            yield batch_error("streaming_unsupported", message, "body.stream")


def _shape_errors(line: Json) -> Iterator[ApiError]:
    """The fields of a line that are missing or of another type."""
    for name, kind, expected in (
        ("custom_id", str, "a string"),
        ("method", str, "a string"),
        ("url", str, "a string"),
        ("body", dict, "an object"),
    ):
        if line.get(name) is None:
            yield errors.missing_parameter(name)
        elif not isinstance(line[name], kind):
            yield errors.invalid_type(name, expected, line[name])
    if line["method"] != "POST":
        yield errors.invalid_value("method", line["method"], ["POST"])


def _as_batch_error(error: ApiError) -> Json:
    return batch_error(error.code or "", error.message, error.param)
