"""The format that a request demands of the text: a JSON schema, or any JSON object."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict
from ..models import family
from ..protocol import errors
from ..protocol.call import Call, text_of
from . import Violation, function_schema, lengths, strict_schema

# ---- in chat


def chat_fields(format_: object) -> Iterator[ApiError]:
    """The name of a schema."""
    schema = _chat_schema(format_)
    if schema is not None:
        yield from _name("response_format.json_schema.name", schema)


def chat_ability(call: Call) -> Iterator[ApiError]:
    """A schema demanded of a model that knows none."""
    model_family = family(call.model)
    knows_none = model_family.is_known and not model_family.structured
    if knows_none and _chat_schema(call.body.get("response_format")) is not None:
        yield ApiError(
            400,
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more "
            "about supported models at the Structured Outputs guide: "
            "https://platform.openai.com/docs/guides/structured-outputs",
        )


def chat_demand(call: Call) -> Iterator[ApiError]:
    """JSON of which no message speaks, and a schema that is to be strict and is not."""
    format_ = call.body.get("response_format")
    if as_dict(format_).get("type") == "json_object" and not _speaks_of_json(call.messages):
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        )
        yield ApiError(400, message, param="messages")
    yield from _strict(_chat_schema(format_), "response_format", None)


def _chat_schema(format_: object) -> dict[str, object] | None:
    fields = as_dict(format_)
    schema = fields.get("json_schema") if fields.get("type") == "json_schema" else None
    return schema if isinstance(schema, dict) else None


# ---- in Responses


def responses_fields(text: object) -> Iterator[ApiError]:
    """The name of a schema."""
    format_ = _responses_format(text)
    if format_.get("type") == "json_schema":
        yield from _name("text.format.name", format_)


def responses_demand(call: Call) -> Iterator[ApiError | Violation]:
    """JSON of which nothing speaks, and a schema that is to be strict and is not.

    The former is not refused by default: OpenAI's README of its SDK asks for JSON without the word.
    """
    format_ = _responses_format(call.body.get("text"))
    if format_.get("type") == "json_object" and not _input_speaks_of_json(call):
        message = (
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'."
        )
        yield Violation(ApiError(400, message, param="input"), grade="ignored")
    if format_.get("type") == "json_schema":
        yield from _strict(format_, "text.format.schema", "invalid_json_schema")


def _responses_format(text: object) -> dict[str, object]:
    return as_dict(as_dict(text).get("format"))


def _input_speaks_of_json(call: Call) -> bool:
    return (
        _is_of_json(call.body.get("instructions"))
        or call.body.get("prompt") is not None
        or _speaks_of_json(call.messages)
        or _speaks_of_json(call.history)
    )


# ---- in both


def _name(path: str, schema: dict[str, object]) -> Iterator[ApiError]:
    if schema.get("name") is None:
        yield errors.missing_parameter(path)
    yield from lengths.name(path, schema.get("name"))


def _strict(schema: dict[str, object] | None, param: str, code: str | None) -> Iterator[ApiError]:
    if schema is None or schema.get("strict") is not True:
        return
    root = schema.get("schema")
    if problem := function_schema.first_gap(as_dict(root)) or strict_schema.fault(root):
        message = f"Invalid schema for response_format '{schema.get('name')}': {problem}"
        yield ApiError(400, message, param=param, code=code)


def _speaks_of_json(messages: object) -> bool:
    items = messages if isinstance(messages, (list, tuple)) else ()
    texts = (text_of(each.get(name)) for each in map(as_dict, items) for name in ("content", "output"))
    return any(map(_is_of_json, texts))


def _is_of_json(text: object) -> bool:
    return isinstance(text, str) and "json" in text.lower()
