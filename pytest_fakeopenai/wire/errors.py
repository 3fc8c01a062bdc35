"""Every error the server answers of its own accord, in OpenAI's words.

Code reference: https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

from collections.abc import Iterable

from ..faults import ApiError

# Our own refusals must not be tried again: the second try would find the script no different.
FINAL = {"x-should-retry": "false"}


def malformed_json() -> ApiError:
    """The body is not JSON."""
    return ApiError(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
        "figuring out how to fix this, please contact us through our help center at help.openai.com.)",
    )


def missing_model() -> ApiError:
    """The body names no model."""
    return ApiError(400, "you must provide a model parameter")


def missing_parameter(path: str) -> ApiError:
    """A required parameter is absent."""
    return ApiError(400, f"Missing required parameter: '{path}'.", param=path, code="missing_required_parameter")


def invalid_type(path: str, expected: str, value: object) -> ApiError:
    """A parameter is of another JSON type than `expected`, which carries its article."""
    message = f"Invalid type for '{path}': expected {expected}, but got {json_type(value)} instead."
    return ApiError(400, message, param=path, code="invalid_type")


def invalid_value(path: str, value: object, supported: Iterable[str]) -> ApiError:
    """A parameter is none of the values that it may have."""
    message = f"Invalid value: '{value}'. Supported values are: {_listed(supported)}."
    return ApiError(400, message, param=path, code="invalid_value")


def empty_array(path: str) -> ApiError:
    """A list that needs an element has none."""
    message = f"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead."
    return ApiError(400, message, param=path, code="empty_array")


def out_of_range(path: str, value: float, *, low: float, high: float) -> ApiError:
    """A number below `low` or above `high`."""
    kind = "integer" if all(isinstance(number, int) for number in (value, low, high)) else "decimal"
    side, sign, bound = ("below minimum", ">=", low) if value < low else ("above maximum", "<=", high)
    told = f"Expected a value {sign} {_shown(bound)}, but got {_shown(value)} instead."
    code = f"{kind}_{side.replace('minimum', 'min').replace('maximum', 'max').replace(' ', '_')}_value"
    return ApiError(400, f"Invalid '{path}': {kind} {side} value. {told}", param=path, code=code)


def unknown_url(method: str, path: str) -> ApiError:
    """No endpoint has this path."""
    return ApiError(404, f"Invalid URL ({method} {path})")


def wrong_method(method: str, path: str) -> ApiError:
    """The path is known, but not with this method."""
    return ApiError(405, f"Not allowed to {method} on {path}.", code="method_not_supported")


def unknown_model(model: str) -> ApiError:
    """`GET` or `DELETE /models/{model}` with a name that is not there."""
    return ApiError(404, f"The model '{model}' does not exist", param="model", code="model_not_found")


def unknown_response(response_id: str) -> ApiError:
    """A response that was never stored, or has been deleted."""
    return ApiError(404, f"Response with id '{response_id}' not found.")


def unknown_previous_response(response_id: str) -> ApiError:
    """`previous_response_id` names a response that was never stored, or has been deleted."""
    return ApiError(
        400,
        f"Previous response with id '{response_id}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


def unknown_completion(completion_id: str) -> ApiError:
    """A chat completion that was never stored, or has been deleted."""
    return ApiError(404, f"Chat completion with id '{completion_id}' not found.")


def unknown_cursor(value: str) -> ApiError:
    """`after` names nothing in the list."""
    return ApiError(400, f"Invalid 'after': no object with id '{value}' in this list.", param="after")


def not_cancellable() -> ApiError:
    """Only background responses can be cancelled."""
    return ApiError(400, "Cannot cancel a synchronous response.")


def refusal(code: str, message: str) -> ApiError:
    """The double's own refusal: a fault of the test's script, which the client must not retry."""
    return ApiError(400, message, code=code, headers=FINAL)


def _shown(value: float) -> str:
    """A number of a message; one too long to be read, or printed, only by its sign."""
    if abs(value) < 1e100:
        return str(int(value) if value == int(value) else value)
    return f"a{' negative' if value < 0 else ''} number of over 100 digits"


def json_type(value: object) -> str:
    """The JSON type of a value with its article, as the API words it."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return "null" if value is None else names.get(type(value), "a decimal")


def _listed(values: Iterable[str]) -> str:
    *head, last = (f"'{value}'" for value in values)
    if not head:
        return last
    return f"{', '.join(head)}{',' if len(head) > 1 else ''} and {last}"
