"""Multipart bodies, as the official client sends files: nested fields have names with brackets."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ..state.request import RecordedRequest
from ..wire.protocol import errors

_NAME = re.compile(r"[^\[\]]+|\[\]")
_MOST_PARTS = 10_000
_MOST_TEXT = 64 * 2**20


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
    headers = Headers({"content-type": record.headers["content-type"]})
    parser = _Parser(headers, _once(record.body), max_files=_MOST_PARTS, max_fields=_MOST_PARTS)
    parser.max_part_size = _MOST_TEXT
    try:
        parsed = await parser.parse()
        return [(name, await _read(value)) for name, value in parsed.multi_items()]
    except (MultiPartException, KeyError, ValueError, UnicodeDecodeError):
        raise errors.malformed_form() from None
    finally:
        parser.close()


class _Parser(MultiPartParser):
    """A parser that closes its files however a form ends; Starlette's leaves those of one that breaks off open."""

    def close(self) -> None:
        """Close every file that was begun."""
        for file in self._files_to_close_on_error:
            file.close()


def file_of(body: Mapping[str, Any], name: str) -> Upload:
    """The file in this field of a form; ApiError where there is none, or something else."""
    value = body.get(name)
    if value is None:
        raise errors.missing_parameter(name)
    if not isinstance(value, Upload):
        raise errors.invalid_type(name, "a file", value)
    return value


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _read(value: UploadFile | str) -> Upload | str:
    if isinstance(value, str):
        return value
    content = await value.read()
    return Upload(value.filename or "", value.content_type or "application/octet-stream", content)


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
