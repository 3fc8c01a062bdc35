"""The parts of a multipart body, parsed by Starlette, which is loaded with the first form."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

_MOST_PARTS = 10_000
_MOST_TEXT = 64 * 2**20


class _Parser(MultiPartParser):
    """A parser that closes its files however a form ends; Starlette's leaves those of one that breaks off open."""

    max_part_size = _MOST_TEXT

    def close(self) -> None:
        """Close every file that was begun."""
        for file in self._files_to_close_on_error:
            file.close()


async def parts(body: bytes, content_type: str) -> list[tuple[str, str | tuple[str, str, bytes]]]:
    """The name and the value of each part: a text, or a file's name, media type and bytes.

    ValueError where the body is malformed.
    """
    parser = _Parser(
        Headers({"content-type": content_type}), _once(body), max_files=_MOST_PARTS, max_fields=_MOST_PARTS
    )
    try:
        form = await parser.parse()
        return [(name, await _read(value)) for name, value in form.multi_items()]
    except (MultiPartException, KeyError) as error:
        raise ValueError(str(error)) from error
    finally:
        parser.close()


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _read(value: UploadFile | str) -> str | tuple[str, str, bytes]:
    if isinstance(value, str):
        return value
    return value.filename or "", value.content_type or "application/octet-stream", await value.read()
