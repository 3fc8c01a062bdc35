"""What is wrong with a batch: of its own request, which is refused, or of its file, for which it fails."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types import BatchCreateParams

from pytest_fakeopenai import FakeOpenAI
from pytest_fakeopenai.endpoints.batches import input_file
from pytest_fakeopenai.endpoints.batches.input_file import InputFile, Line, read
from pytest_fakeopenai.endpoints.batches.results import usage
from tests.endpoints._requests import error, send

from ._batches import CHAT, Json, look, question, questions, submit, to_bytes, upload

GOOD = question("a", "Hi")


def problems(content: bytes, endpoint: str = CHAT) -> list[tuple[Any, ...]]:
    """The problems of a file: code, param, line, message."""
    entries = read(content, endpoint, lambda name: name != "gpt-none").errors
    return [(each["code"], each["param"], each["line"], each["message"]) for each in entries]


def test_reads_every_line() -> None:
    lines = [{**GOOD, "custom_id": key} for key in ("a", "b")]
    parsed = read(to_bytes(lines).strip() + b"\r\n\n  \n", CHAT, lambda name: True)
    assert parsed == InputFile([Line("a", GOOD["body"]), Line("b", GOOD["body"])])
    assert parsed.model == "gpt-4o"
    assert InputFile().model is None


@pytest.mark.parametrize("text", [b"{oops", b"[]", b"3", b"null", b'"x"', b"\xff", b'{"a": 1e999}', b"\xef\xbb\xbf{}"])
def test_finds_lines_that_are_no_objects(text: bytes) -> None:
    message = "This line is not parseable as valid JSON."
    assert problems(to_bytes([GOOD]) + text) == [("invalid_json_line", None, 2, message)]


MISSING = "missing_required_parameter"
WRONG_URL = "The URL provided for this request does not match the batch endpoint."


@pytest.mark.parametrize(
    ("line", "code", "param", "message"),
    [
        ({"custom_id": None}, MISSING, "custom_id", "Missing required parameter: 'custom_id'."),
        ({"method": None}, MISSING, "method", "Missing required parameter: 'method'."),
        ({"url": None}, MISSING, "url", "Missing required parameter: 'url'."),
        ({"body": None}, MISSING, "body", "Missing required parameter: 'body'."),
        (
            {"custom_id": 7},
            "invalid_type",
            "custom_id",
            "Invalid type for 'custom_id': expected a string, but got an integer instead.",
        ),
        (
            {"body": "x"},
            "invalid_type",
            "body",
            "Invalid type for 'body': expected an object, but got a string instead.",
        ),
        (
            {"method": "GET"},
            "invalid_value",
            "method",
            "Invalid value: 'GET'. Supported values are: 'POST'.",
        ),
        ({"url": "/v1/responses"}, "invalid_url", "url", WRONG_URL),
        ({"url": "/chat/completions"}, "invalid_url", "url", WRONG_URL),
        (
            {"body": {"model": "gpt-none"}},
            "model_not_found",
            "body.model",
            "The provided model 'gpt-none' is not supported by the Batch API.",
        ),
        (
            {"body": {"model": "o3"}},
            "mismatched_model",
            "body.model",
            "All requests of a batch must name the same model: expected 'gpt-4o', but got 'o3'.",
        ),
        (
            {"body": {"model": "gpt-4o", "stream": True}},
            "streaming_unsupported",
            "body.stream",
            "Chat Completions: Streaming is not supported in the Batch API.",
        ),
        (
            {"custom_id": "a"},
            "duplicate_custom_id",
            "custom_id",
            "The custom_id 'a' is that of an earlier request; each must be unique.",
        ),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_finds_what_is_wrong_with_a_line(line: Json, code: str, param: str, message: str) -> None:
    bad = {**GOOD, "custom_id": "b", **line}
    bad = {name: value for name, value in bad.items() if value is not None}
    assert problems(to_bytes([GOOD, bad])) == [(code, param, 2, message)]


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [("/v1/responses", "Responses"), ("/v1/completions", "Completions"), ("/v1/embeddings", "Batches")],
)
def test_names_what_cannot_be_streamed(endpoint: str, name: str) -> None:
    line = {**GOOD, "url": endpoint, "body": {"stream": True}}
    message = f"{name}: Streaming is not supported in the Batch API."
    assert problems(to_bytes([line]), endpoint) == [("streaming_unsupported", "body.stream", 1, message)]


def test_tells_of_every_bad_line() -> None:
    content = b"{\n\n" + to_bytes([GOOD, GOOD, {**question("b", "Hi"), "url": "/"}])
    codes_and_lines = [(code, line) for code, _, line, _ in problems(content)]
    assert codes_and_lines == [("invalid_json_line", 1), ("duplicate_custom_id", 4), ("invalid_url", 5)]


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\n"])
def test_finds_an_empty_file(content: bytes) -> None:
    assert problems(content) == [("empty_file", None, None, "The input file contains no requests.")]


def test_finds_a_file_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_file, "MAX_REQUESTS", 2)
    message = "The input file contains 3 requests, more than the 2 that a batch may have."
    assert problems(to_bytes(questions("a", "b", "c"))) == [("too_many_tasks", None, None, message)]
    assert problems(to_bytes(questions("a", "b"))) == []


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ([], (0, 0, 0, 0, 0)),
        ([None, "x", {"total_tokens": "3"}], (0, 0, 0, 0, 0)),
        ([{"prompt_tokens": 3, "total_tokens": 3}, {"prompt_tokens": 4, "total_tokens": 4}], (7, 0, 7, 0, 0)),
        (
            [
                {
                    "prompt_tokens": 1,
                    "completion_tokens": 2,
                    "total_tokens": 3,
                    "prompt_tokens_details": {"cached_tokens": 4},
                    "completion_tokens_details": {"reasoning_tokens": 5},
                },
                {
                    "input_tokens": 10,
                    "input_tokens_details": {"cached_tokens": 40},
                    "output_tokens": 20,
                    "output_tokens_details": {"reasoning_tokens": 50},
                    "total_tokens": 30,
                },
            ],
            (11, 22, 33, 44, 55),
        ),
    ],
)
def test_adds_up_what_was_used(used: list[Any], expected: tuple[int, ...]) -> None:
    total = usage({"response": {"body": {"usage": each}}} for each in used)
    cached, reasoned = total["input_tokens_details"], total["output_tokens_details"]
    counted = [total[name] for name in ("input_tokens", "output_tokens", "total_tokens")]
    assert (*counted, cached["cached_tokens"], reasoned["reasoning_tokens"]) == expected


def test_fails_for_what_is_wrong_with_its_file(fake_openai: FakeOpenAI) -> None:
    batch = submit(fake_openai, [GOOD, GOOD])
    assert (batch["status"], batch["errors"]) == ("validating", None)
    failed = look(fake_openai, batch)
    problem = {
        "code": "duplicate_custom_id",
        "message": "The custom_id 'a' is that of an earlier request; each must be unique.",
        "param": "custom_id",
        "line": 2,
    }
    changes = {"status": "failed", "failed_at": 1767225602, "errors": {"object": "list", "data": [problem]}}
    assert failed == {**batch, **changes}
    assert len(fake_openai.requests.where(endpoint="chat.completions")) == 0


@pytest.mark.parametrize("uploaded", [False, True])
def test_fails_without_a_file_for_batches(fake_openai: FakeOpenAI, uploaded: bool) -> None:
    file_id = upload(fake_openai, to_bytes([GOOD]), "user_data") if uploaded else "file-x"
    settings: Any = {"endpoint": CHAT, "completion_window": "24h"}
    batch = fake_openai.client.batches.create(input_file_id=file_id, **settings).to_dict()
    missing = "Cannot find file file-x, or organization org-fakeopenai does not have access to it."
    unfit = f"The purpose of file {file_id} must be 'batch', but is 'user_data'."
    problem = {"code": "invalid_request", "message": unfit if uploaded else missing, "param": "file_id", "line": None}
    failed = look(fake_openai, batch)
    assert (failed["status"], failed["errors"]) == ("failed", {"object": "list", "data": [problem]})


def test_fails_for_a_model_that_the_test_does_not_know() -> None:
    with FakeOpenAI(models=["o3"]) as fake:
        failed = look(fake, submit(fake, [GOOD]))
        assert isinstance(failed["errors"], dict)
        assert [each["code"] for each in failed["errors"]["data"]] == ["model_not_found"]


ENDPOINTS = (
    "'/v1/responses', '/v1/chat/completions', '/v1/embeddings', '/v1/completions', '/v1/moderations', "
    "'/v1/images/generations', '/v1/images/edits', and '/v1/videos'"
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {"endpoint": "/v1/x"},
            error(
                f"Invalid value: '/v1/x'. Supported values are: {ENDPOINTS}.", param="endpoint", code="invalid_value"
            ),
        ),
        (
            {"endpoint": "/chat/completions"},
            error(
                f"Invalid value: '/chat/completions'. Supported values are: {ENDPOINTS}.",
                param="endpoint",
                code="invalid_value",
            ),
        ),
        (
            {"completion_window": "1h"},
            error("Invalid value: '1h'. Supported values are: '24h'.", param="completion_window", code="invalid_value"),
        ),
        (
            {"metadata": {"k": True}},
            error(
                "Invalid type for 'metadata.k': expected a string, but got a boolean instead.",
                param="metadata.k",
                code="invalid_type",
            ),
        ),
        (
            {"input_file_id": None},
            error("Missing required parameter: 'input_file_id'.", param="input_file_id", code=MISSING),
        ),
        ({"endpoint": None}, error("Missing required parameter: 'endpoint'.", param="endpoint", code=MISSING)),
        (
            {"endpoint": 3},
            error(
                "Invalid type for 'endpoint': expected a string, but got an integer instead.",
                param="endpoint",
                code="invalid_type",
            ),
        ),
        ({"speed": 3}, error("Unknown parameter: 'speed'.", param="speed", code="unknown_parameter")),
    ],
    ids=lambda value: json.dumps(value) if "error" not in value else "",
)
def test_refuses_a_request_that_is_wrong(fake_openai: FakeOpenAI, change: Json, expected: Json) -> None:
    if "speed" in change and int(openai.__version__.partition(".")[0]) < 3:
        pytest.skip("what an older SDK does not name, today's API may know")
    fields = {"input_file_id": "file-x", "endpoint": CHAT, "completion_window": "24h", **change}
    body = {name: value for name, value in fields.items() if value is not None}
    answer = send(fake_openai, "POST", "/v1/batches", body)
    assert (answer.status, answer.json) == (400, expected)


@pytest.mark.skipif(
    "output_expires_after" not in BatchCreateParams.__annotations__, reason="this SDK does not know that files expire"
)
@pytest.mark.parametrize(
    ("seconds", "code"), [(3599, "integer_below_min_value"), (2_592_001, "integer_above_max_value")]
)
def test_refuses_lifetimes_out_of_bounds(fake_openai: FakeOpenAI, seconds: int, code: str) -> None:
    policy = {"anchor": "created_at", "seconds": seconds}
    body = {"input_file_id": "f", "endpoint": CHAT, "completion_window": "24h", "output_expires_after": policy}
    answer = send(fake_openai, "POST", "/v1/batches", body)
    assert (answer.status, answer.json["error"]["param"], answer.json["error"]["code"]) == (
        400,
        "output_expires_after.seconds",
        code,
    )


@pytest.mark.parametrize("policy", ["soon", {}, {"seconds": "3"}, {"seconds": 5}])
def test_takes_what_is_odd_where_nothing_is_validated(policy: Any) -> None:
    with FakeOpenAI(validation="off") as fake:
        body = {"input_file_id": upload(fake, to_bytes([GOOD])), "endpoint": CHAT, "completion_window": "1h"}
        created = send(fake, "POST", "/v1/batches", {**body, "output_expires_after": policy, "metadata": 3})
        assert (created.status, created.json["completion_window"], created.json["metadata"]) == (200, "1h", None)
        assert send(fake, "GET", f"/v1/batches/{created.json['id']}").json["status"] == "completed"


@pytest.mark.parametrize(("method", "suffix"), [("GET", ""), ("POST", "/cancel")])
def test_knows_no_other_batch(fake_openai: FakeOpenAI, method: str, suffix: str) -> None:
    answer = send(fake_openai, method, f"/v1/batches/batch_x{suffix}")
    assert (answer.status, answer.json) == (404, error("No batch found with id 'batch_x'."))
