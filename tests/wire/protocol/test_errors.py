"""The errors that the server answers of its own accord, in OpenAI's words."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_fakeopenai import ApiError
from pytest_fakeopenai.wire.protocol import errors

INVALID = "invalid_request_error"


@pytest.mark.parametrize(
    ("error", "status", "message", "code", "param"),
    [
        (errors.missing_model(), 400, "you must provide a model parameter", None, None),
        (
            errors.missing_parameter("messages"),
            400,
            "Missing required parameter: 'messages'.",
            "missing_required_parameter",
            "messages",
        ),
        (
            errors.invalid_type("n", "an integer", "two"),
            400,
            "Invalid type for 'n': expected an integer, but got a string instead.",
            "invalid_type",
            "n",
        ),
        (
            errors.invalid_value("order", "up", ["asc"]),
            400,
            "Invalid value: 'up'. Supported values are: 'asc'.",
            "invalid_value",
            "order",
        ),
        (
            errors.invalid_value("order", "up", ("asc", "desc")),
            400,
            "Invalid value: 'up'. Supported values are: 'asc' and 'desc'.",
            "invalid_value",
            "order",
        ),
        (
            errors.invalid_value("messages[0].role", "bot", iter(["system", "assistant", "user"])),
            400,
            "Invalid value: 'bot'. Supported values are: 'system', 'assistant', and 'user'.",
            "invalid_value",
            "messages[0].role",
        ),
        (
            errors.empty_array("messages"),
            400,
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "empty_array",
            "messages",
        ),
        (
            errors.out_of_range("n", 0, low=1, high=128),
            400,
            "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
            "integer_below_min_value",
            "n",
        ),
        (
            errors.out_of_range("n", 129, low=1, high=128),
            400,
            "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 129 instead.",
            "integer_above_max_value",
            "n",
        ),
        (errors.unknown_url("GET", "/v1/nowhere"), 404, "Invalid URL (GET /v1/nowhere)", None, None),
        (
            errors.wrong_method("GET", "/v1/responses"),
            405,
            "Not allowed to GET on /v1/responses.",
            "method_not_supported",
            None,
        ),
        (errors.unknown_model("gpt-9"), 404, "The model 'gpt-9' does not exist", "model_not_found", "model"),
        (errors.unknown_response("resp_1"), 404, "Response with id 'resp_1' not found.", None, None),
        (
            errors.unknown_previous_response("resp_1"),
            400,
            "Previous response with id 'resp_1' not found.",
            "previous_response_not_found",
            "previous_response_id",
        ),
        (errors.unknown_completion("c1"), 404, "Chat completion with id 'c1' not found.", None, None),
        (errors.unknown_cursor("c1"), 400, "Invalid 'after': no object with id 'c1' in this list.", None, "after"),
        (errors.not_cancellable(), 400, "Cannot cancel a synchronous response.", None, None),
    ],
)
def test_speaks_as_the_api_does(
    error: ApiError, status: int, message: str, code: str | None, param: str | None
) -> None:
    assert error.status == status
    assert error.body() == {"message": message, "type": INVALID, "param": param, "code": code}
    assert error.headers == {}


def test_explains_a_body_that_is_not_json() -> None:
    body = errors.malformed_json().body()

    assert str(body["message"]).startswith("We could not parse the JSON body of your request. (HINT: This likely means")
    assert (body["type"], body["code"], body["param"]) == (INVALID, None, None)


def test_forbids_the_client_to_try_a_refusal_again() -> None:
    refusal = errors.refusal("unfit_reply", "It does not fit.")

    assert refusal == ApiError(400, "It does not fit.", code="unfit_reply", headers={"x-should-retry": "false"})


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        ({}, "an object"),
        ([], "an array"),
        ("", "a string"),
        (True, "a boolean"),
        (1, "an integer"),
        (1.5, "a decimal"),
    ],
)
def test_names_json_types_with_their_article(value: Any, name: str) -> None:
    assert errors.json_type(value) == name
