"""The messages of a chat request one by one: what each may hold, and what the model takes from whom."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict, as_list
from ..models import Family, family
from ..protocol import errors
from ..protocol.call import Call
from . import attachments, lengths

_INSTRUCTING = ("system", "developer")
_SOUNDING = ("input_audio",)
_NOT_BLOCKS = (*_SOUNDING, "file")


def fields(messages: object) -> Iterator[ApiError]:
    """What in the messages is too long, empty, badly named or incomplete."""
    for index, message in enumerate(as_list(messages)):
        if isinstance(message, dict):
            content = message.get("content")
            if isinstance(content, list):
                yield from _parts(f"messages[{index}].content", content)
            elif lengths.is_too_long(content):
                yield from lengths.text(f"messages[{index}].content", content)
            if "tool_calls" in message:
                yield from _calls(f"messages[{index}].tool_calls", message["tool_calls"])


def _parts(path: str, content: list[object]) -> Iterator[ApiError]:
    if not content:
        yield errors.empty_array(path)
    for index, part in enumerate(content):
        if isinstance(part, dict) and (part.get("type") != "text" or lengths.is_too_long(part.get("text"))):
            yield from _part(f"{path}[{index}]", part)


def _part(path: str, part: dict[str, object]) -> Iterator[ApiError]:
    kind = part.get("type")
    if kind == "text":
        yield from lengths.text(f"{path}.text", part.get("text"))
    elif kind == "image_url":
        yield from attachments.chat_image(f"{path}.image_url.url", as_dict(part.get("image_url")).get("url"))
    elif kind == "file":
        yield from _file(f"{path}.file", part.get("file"))


def _file(path: str, file: object) -> Iterator[ApiError]:
    """A file is stored, or it is in the message under a name."""
    is_inline = isinstance(file, dict) and file.get("file_data") is not None and file.get("filename") is not None
    if isinstance(file, dict) and file.get("file_id") is None and not is_inline:
        yield errors.missing_parameter(f"{path}.file_id")


def _calls(path: str, calls: object) -> Iterator[ApiError]:
    if calls == []:
        yield errors.empty_array(path)
    for index, call in enumerate(as_list(calls)):
        name = as_dict(as_dict(call).get("function")).get("name")
        if not lengths.is_name(name):
            yield from lengths.name(f"{path}[{index}].function.name", name)


def unsupported(call: Call) -> Iterator[ApiError]:
    """Roles and contents that the model does not take."""
    model_family = family(call.model)
    if not model_family.is_known:
        return
    for index, message in enumerate(as_list(call.body.get("messages"))):
        if isinstance(message, dict):
            if not model_family.instructed and message.get("role") in _INSTRUCTING:
                yield errors.unsupported_value(f"messages[{index}].role", f"'{message['role']}'")
            content = message.get("content")
            if isinstance(content, list) and not all(map(_is_text, content)):
                yield from _blocks(index, message.get("role"), content, model_family)


def _is_text(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") == "text"


def _blocks(index: int, role: object, content: list[object], model_family: Family) -> Iterator[ApiError]:
    """Only users show images, except to the newest models; only models that speak listen."""
    refused = (() if model_family.speaks else _SOUNDING) if role == "user" else _NOT_BLOCKS
    for part in map(as_dict, content):
        kind = part.get("type")
        if kind == "image_url" and role != "user" and not model_family.newest:
            yield _invalid(
                index,
                "Image URLs are only allowed for messages with role 'user', "
                f"but this message with role '{role}' contains an image URL.",
            )
        elif kind in refused:
            yield _invalid(index, "Content blocks are expected to be either text or image_url type.")


def _invalid(index: int, why: str) -> ApiError:
    return ApiError(400, f"Invalid 'messages[{index}]'. {why}", param=f"messages[{index}]", code="invalid_value")
