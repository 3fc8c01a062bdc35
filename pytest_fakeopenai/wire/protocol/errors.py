"""Every error the server answers of its own accord, in OpenAI's words.

Code reference: https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from ...replies.faults import ApiError

# Our own refusals must not be tried again: the second try would find the script no different.
FINAL = {"x-should-retry": "false"}


def missing_key(*, at_length: bool) -> ApiError:
    """The request has no API key; the older endpoints say so at length."""
    if not at_length:
        return ApiError(401, "Missing bearer or basic authentication in header")
    return ApiError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the "
        "API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
    )


WRONG_KEY = "Incorrect API key provided:"


def incorrect_key(key: str) -> ApiError:
    """The API key is none that is known; the message shows the ends of a long one."""
    return ApiError(
        401,
        f"{WRONG_KEY} {_masked(key)}. You can find your API key at https://platform.openai.com/account/api-keys.",
        code="invalid_api_key",
    )


def _masked(key: str) -> str:
    if len(key) <= 12:
        return key or "''"
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}"


def missing_beta() -> ApiError:
    """The assistants' family wants to be asked for by a header."""
    return ApiError(
        400,
        "You must provide the 'OpenAI-Beta' header to access the Assistants API. "
        "Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
        code="invalid_beta",
    )


def malformed_json() -> ApiError:
    """The body is not JSON."""
    return ApiError(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble "
        "figuring out how to fix this, please contact us through our help center at help.openai.com.)",
    )


def malformed_form() -> ApiError:
    """The body is not a multipart form."""
    return ApiError(400, "Could not parse multipart form")


def missing_model() -> ApiError:
    """The body names no model."""
    return ApiError(400, "you must provide a model parameter")


def missing_parameter(path: str) -> ApiError:
    """A required parameter is absent."""
    return ApiError(400, f"Missing required parameter: '{path}'.", param=path, code="missing_required_parameter")


def unknown_parameter(path: str) -> ApiError:
    """A parameter that the API does not know."""
    return ApiError(400, f"Unknown parameter: '{path}'.", param=path, code="unknown_parameter")


def unknown_arguments(names: Iterable[str]) -> ApiError:
    """Parameters that an endpoint of the older kind does not know."""
    listed = list(names)
    return ApiError(400, f"Unrecognized request argument{'s' * (len(listed) > 1)} supplied: {', '.join(listed)}")


def invalid_type(path: str, expected: str, value: object) -> ApiError:
    """A parameter is of another JSON type than `expected`, which carries its article."""
    message = f"Invalid type for '{path}': expected {expected}, but got {json_type(value)} instead."
    return ApiError(400, message, param=path, code="invalid_type")


def invalid_value(path: str, value: object, supported: Iterable[str]) -> ApiError:
    """A parameter is none of the values that it may have."""
    message = f"Invalid value: '{value}'. Supported values are: {listed(supported)}."
    return ApiError(400, message, param=path, code="invalid_value")


class UnbilledError(ApiError):
    """An error of an endpoint that bills by the second, whose answer tells beside it that nothing was billed."""

    beside: ClassVar[dict[str, Any]] = {"usage": {"type": "duration", "seconds": 0}}


def empty_string(path: str) -> ApiError:
    """A text that needs a character has none."""
    expected = "Expected a string with minimum length 1, but got an empty string instead."
    return ApiError(400, f"Invalid '{path}': empty string. {expected}", param=path, code="empty_string")


def empty_array(path: str) -> ApiError:
    """A list that needs an element has none."""
    message = f"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead."
    return ApiError(400, message, param=path, code="empty_array")


def unreadable_input() -> ApiError:
    """What is to be embedded is no text, no list of tokens and no list of either, or is nothing, or too much."""
    address = "https://platform.openai.com/docs/api-reference"
    return ApiError(400, f"'$.input' is invalid. Please check the API reference: {address}.")


def out_of_range(path: str, value: float, *, low: float | None = None, high: float | None = None) -> ApiError:
    """A number below `low` or above `high`; it is called a decimal where a bound is one."""
    bounds = [bound for bound in (low, high) if bound is not None]
    kind = "integer" if all(isinstance(number, int) for number in (value, *bounds)) else "decimal"
    below = low is not None and value < low
    side, sign, bound = ("minimum", ">=", low) if below else ("maximum", "<=", high)
    way = "below" if below else "above"
    expected = f"Expected a value {sign} {shown(bound or 0)}, but got {as_sent(value)} instead."
    message = f"Invalid '{path}': {kind} {way} {side} value. {expected}"
    return ApiError(400, message, param=path, code=f"{kind}_{way}_{side[:3]}_value")


def pattern_broken(path: str, pattern: str) -> ApiError:
    """A string that does not match the pattern for it."""
    expected = f"Expected a string that matches the pattern '{pattern}'."
    message = f"Invalid '{path}': string does not match pattern. {expected}"
    return ApiError(400, message, param=path, code="invalid_value")


def string_too_long(path: str, length: int, most: int) -> ApiError:
    """A string with more characters than it may have."""
    expected = f"Expected a string with maximum length {most}, but got a string with length {length} instead."
    return ApiError(400, f"Invalid '{path}': string too long. {expected}", param=path, code="string_above_max_length")


def array_too_long(path: str, length: int, most: int) -> ApiError:
    """A list with more elements than it may have."""
    expected = f"Expected an array with maximum length {most}, but got an array with length {length} instead."
    return ApiError(400, f"Invalid '{path}': array too long. {expected}", param=path, code="array_above_max_length")


def too_many_properties(path: str, number: int, most: int) -> ApiError:
    """An object with more keys than it may have."""
    expected = f"Expected an object with at most {most} properties, but got an object with {number} properties instead."
    return ApiError(
        400, f"Invalid '{path}': too many properties. {expected}", param=path, code="object_above_max_properties"
    )


def unsupported_parameter(path: str, advice: str = "") -> ApiError:
    """A parameter that the model does not take; `advice` says what to do instead."""
    message = f"Unsupported parameter: '{path}' is not supported with this model. {advice}".rstrip()
    return ApiError(400, message, param=path, code="unsupported_parameter")


def unsupported_value(path: str, value: str, advice: str = "") -> ApiError:
    """A value that the model does not take, as the message shows it; `advice` says what it takes."""
    message = f"Unsupported value: '{path}' does not support {value} with this model. {advice}".rstrip()
    return ApiError(400, message, param=path, code="unsupported_value")


def unknown_url(method: str, path: str) -> ApiError:
    """No endpoint has this path."""
    return ApiError(404, f"Invalid URL ({method} {path})")


def wrong_method(method: str, path: str) -> ApiError:
    """The path is known, but not with this method."""
    return ApiError(405, f"Not allowed to {method} on {path}.", code="method_not_supported")


def unknown_model(model: str) -> ApiError:
    """`GET` or `DELETE /models/{model}` with a name that is not there."""
    return ApiError(404, f"The model '{model}' does not exist", param="model", code="model_not_found")


def no_such_model(model: str) -> ApiError:
    """A generating request of the older kind names a model that is not there."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return ApiError(404, message, code="model_not_found")


def requested_unknown_model(model: str) -> ApiError:
    """A Responses request names a model that is not there."""
    message = f"The requested model '{model}' does not exist."
    return ApiError(400, message, param="model", code="model_not_found")


def retired_model(model: str) -> ApiError:
    """The model has been taken out of service."""
    message = f"The model `{model}` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations"
    return ApiError(404, message, code="model_not_found")


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


def unknown_item(item_id: str) -> ApiError:
    """The input names an item that was never stored."""
    message = (
        f"Item with id '{item_id}' not found. Items are not persisted when `store` is set to false. "
        "Try again with `store` set to true, or remove this item from your input."
    )
    return ApiError(404, message, param="input")


def unknown_completion(completion_id: str) -> ApiError:
    """A chat completion that was never stored, or has been deleted."""
    return ApiError(404, f"Chat completion with id '{completion_id}' not found.")


def not_found(key: str) -> ApiError:
    """An object that is not there, of a kind for which no better words are known."""
    return ApiError(404, "Not found")


def none_found(kind: str, key: str) -> ApiError:
    """An object of the assistants' family, a vector store or a batch that is not there."""
    return ApiError(404, f"No {kind} found with id '{key}'.")


def unknown_vector_store(store_id: str) -> ApiError:
    """A vector store that is not there, or an id that cannot be one's."""
    if problem := _wrong_store_id(store_id):
        message = f"Invalid 'vector_store_id': '{store_id}'. Expected an ID that {problem}."
        return ApiError(400, message, param="vector_store_id", code="invalid_value")
    return none_found("vector store", store_id)


def _wrong_store_id(store_id: str) -> str | None:
    if not re.fullmatch("[A-Za-z0-9_-]*", store_id):
        return "contains letters, numbers, underscores, or dashes, but this value contained additional characters"
    return None if store_id.startswith("vs_") else "begins with 'vs_'"


def titled_not_found(kind: str, key: str) -> ApiError:
    """A container, a conversation or an item of one that is not there."""
    return ApiError(404, f"{kind} with id '{key}' not found.")


def unknown_file(file_id: str) -> ApiError:
    """A file that was never uploaded, or has been deleted."""
    return ApiError(404, f"No such File object: {file_id}", param="id")


def unknown_container_file(file_id: str, container_id: str) -> ApiError:
    """A file that is not in the container."""
    return ApiError(404, f"File {file_id} not found on container {container_id}.")


def unknown_fine_tune(job_id: str) -> ApiError:
    """A fine-tuning job that is not there."""
    return ApiError(404, f"Could not find fine tune: {job_id}", param="fine_tune_id", code="fine_tune_not_found")


def unknown_cursor(value: str) -> ApiError:
    """`after` names nothing in the list."""
    return ApiError(400, f"Invalid 'after': no object with id '{value}' in this list.", param="after")


def content_too_large(limit: int, size: int) -> ApiError:
    """A file has more bytes than are taken."""
    return ApiError(413, f"Maximum content size limit ({limit}) exceeded ({size} bytes read)", type="server_error")


def not_cancellable() -> ApiError:
    """Only background responses can be cancelled."""
    return ApiError(400, "Cannot cancel a synchronous response.")


def refusal(code: str, message: str) -> ApiError:
    """The double's own refusal: a fault of the test's script, which the client must not retry."""
    return ApiError(400, message, code=code, headers=FINAL)


def as_sent(value: float) -> str:
    """A number of a message as the request has it: a decimal keeps its point."""
    return str(value) if isinstance(value, float) else shown(value)


def shown(value: float) -> str:
    """A number of a message; one too long to be read, or printed, only by its sign."""
    if abs(value) < 1e100:
        return str(int(value) if value == int(value) else value)
    return f"a{' negative' if value < 0 else ''} number of over 100 digits"


def json_type(value: object) -> str:
    """The JSON type of a value with its article, as the API words it."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return "null" if value is None else names.get(type(value), "a decimal")


def listed(values: Iterable[str]) -> str:
    """The values in quotation marks, as a sentence lists them."""
    *head, last = (f"'{value}'" for value in values)
    if not head:
        return last
    return f"{', '.join(head)}{',' if len(head) > 1 else ''} and {last}"
