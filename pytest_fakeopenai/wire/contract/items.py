"""The input items of a Responses request one by one."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_list
from . import attachments, item_ids, lengths

_LONGEST_NAME = 128


def fields(value: object) -> Iterator[ApiError]:
    """What in the input is too long, badly named or badly encoded."""
    yield from lengths.text("input", value)
    for index, item in enumerate(as_list(value)):
        if isinstance(item, dict):
            yield from item_ids.malformed(f"input[{index}]", item)
            name = "output" if "output" in item else "content"
            content = item.get(name)
            if isinstance(content, list):
                yield from _parts(f"input[{index}].{name}", content)
            elif lengths.is_too_long(content):
                yield from lengths.text(f"input[{index}].{name}", content)
            elif item.get("type") == "function_call" and not lengths.is_name(item.get("name")):
                yield from lengths.name(f"input[{index}].name", item.get("name"), _LONGEST_NAME)


def _parts(path: str, content: list[object]) -> Iterator[ApiError]:
    for index, part in enumerate(content):
        if isinstance(part, dict) and (part.get("type") != "input_text" or lengths.is_too_long(part.get("text"))):
            yield from _part(f"{path}[{index}]", part)


def _part(path: str, part: dict[str, object]) -> Iterator[ApiError]:
    kind = part.get("type")
    if kind == "input_text":
        yield from lengths.text(f"{path}.text", part.get("text"))
    elif kind == "input_image":
        yield from attachments.input_image(f"{path}.image_url", part.get("image_url"))
    elif kind == "input_file":
        yield from attachments.input_file(f"{path}.file_data", part.get("file_data"))
