"""Multipart bodies, as the official client sends files: nested fields have names with brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..state.request import RecordedRequest
from ..wire.protocol import errors

_NAME = re.compile(r"[^\[\]]+|\[\]")


@dataclass(frozen=True)
class Upload:
    """A file in a form: its name, its media type and its bytes."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


def is_form(record: RecordedRequest) -> bool:
    """Whether a request's body is a multipart form."""
    return record.headers.get("content-type", "").startswith("multipart/form-data")


async def read_form(record: RecordedRequest) -> dict[str, Any]:
    """The fields of a form, `a[b]` within `a` and `a[]` as an element of the list `a`; ApiError where it is malformed.

    They are read once, and stay at the record as its `form`.
    """
    if record.form is not None:
        return record.form
    fields: dict[str, Any] = {}
    for name, value in await _parse(record):
        _place(fields, _NAME.findall(name) or [name], value)
    record.form = fields
    return fields


async def _parse(record: RecordedRequest) -> list[tuple[str, Upload | str]]:
    from .multipart import parts  # with Starlette's parser, which only forms need

    try:
        values = await parts(record.body, record.headers["content-type"])
    except ValueError:
        raise errors.malformed_form() from None
    return [(name, value if isinstance(value, str) else Upload(*value)) for name, value in values]


def file_of(body: Mapping[str, Any], name: str) -> Upload:
    """The file in this field of a form; ApiError where there is none, or something else."""
    value = body.get(name)
    if value is None:
        raise errors.missing_parameter(name)
    if not isinstance(value, Upload):
        raise errors.invalid_type(name, "a file", value)
    return value


def _place(fields: dict[str, Any], steps: list[str], value: Any) -> None:
    """Put a value where its name says; one that comes again makes a list."""
    name, *rest = steps
    if rest and rest[0] != "[]":
        inner = fields.setdefault(name, {})
        if not isinstance(inner, dict):
            raise errors.malformed_form()
        _place(inner, rest, value)
    elif rest:
        listed = fields.setdefault(name, [])
        if not isinstance(listed, list):
            raise errors.malformed_form()
        _element(listed, rest[1:], value)
    elif name in fields:
        before = fields[name]
        fields[name] = [*before, value] if isinstance(before, list) else [before, value]
    else:
        fields[name] = value


def _element(listed: list[Any], rest: list[str], value: Any) -> None:
    """Add an element; of an object in a list, a name that the last one has begins the next."""
    if not rest:
        listed.append(value)
        return
    if not listed or not isinstance(listed[-1], dict) or rest[0] in listed[-1]:
        listed.append({})
    _place(listed[-1], rest, value)
