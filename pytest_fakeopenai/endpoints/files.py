"""Files. https://platform.openai.com/docs/api-reference/files"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ..pipeline.attachment import attachment, attachment_from_reply
from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.forms import file_of
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.results import Response
from ..pipeline.validation import enforce, read_body
from ..replies.faults import ApiError
from ..state.store import Record
from ..wire.contract import Violation
from ..wire.json_values import Fields
from ..wire.protocol.call import Json

# What a user may upload a file for, in the order in which the API lists it; the service makes files for other purposes.
PURPOSES = ("fine-tune", "assistants", "batch", "user_data", "vision", "evals")
# The APIs that read only files with a name in .jsonl, by purpose.
_LINES = {"batch": "Batch", "fine-tune": "Fine-Tuning"}
UNNAMED = "upload"  # what the official client calls bytes without a name
ANY_PURPOSE = "assistants"  # the purpose of a file for which none is asked for and none has to be
_WITHHELD = ("assistants", "user_data")
_MEGABYTE = 2**20
_LARGEST = {"batch": 200 * _MEGABYTE}
_LARGEST_OF_ALL = 512 * _MEGABYTE
# How long a file lives that is not asked to live shorter, in seconds; others live until they are deleted.
_LIFETIMES = {"batch": 2_592_000}


@dataclass(frozen=True)
class FileContent:
    """What is stored of a file beside its object, wherever it lies: an upload, a container, a skill's version."""

    content: bytes = field(repr=False)


def _body(key: str, created: int, purpose: str, filename: str, size: int) -> Json:
    return {
        "object": "file",
        "id": key,
        "purpose": purpose,
        "filename": filename,
        "bytes": size,
        "created_at": created,
        "expires_at": None,
        "status": "processed",
        "status_details": None,
    }


FILES = CollectionPath[FileContent]("/files", lambda identify, now, ids: _body("", now, "user_data", "", 0))


def store_file(
    context: RequestContext, *, filename: str, purpose: str, content: bytes, lifetime: int | None = None
) -> Json:
    """Store a file and return its object, whoever made it: a user by an upload, or the service by its work.

    `lifetime` is the number of seconds after which the object says that it expires.
    """
    created = context.world.ids.now()
    seconds = _LIFETIMES.get(purpose) if lifetime is None else lifetime
    expires = None if seconds is None else created + seconds
    body = {**_body(new_id(context)("file"), created, purpose, filename, len(content)), "expires_at": expires}
    FILES.view(context).add(body, FileContent(content))
    return body


async def create(context: RequestContext) -> Json:
    """`POST /files`: the file is ready for use at once."""
    body = await read_body(context)
    upload = file_of(body, "file")
    enforce(context, lambda: map(Violation, refusals(body.get("purpose"), upload.filename, len(upload.content))))
    return store_file(
        context,
        filename=upload.filename or UNNAMED,
        purpose=Fields(body).string("purpose") or ANY_PURPOSE,
        content=upload.content,
        lifetime=lifetime_of(body),
    )


def refusals(purpose: Any, filename: str, size: int) -> Iterator[ApiError]:
    """The refusals of a file of `size` bytes that a user uploads for a purpose."""
    if purpose is None:
        yield ApiError(400, "'purpose' is a required property")
    elif purpose not in PURPOSES:
        yield ApiError(400, f"{purpose!r} is not one of {[*PURPOSES]} - 'purpose'", param="purpose")
    else:
        yield from name_refusals(purpose, filename)
        if size > _LARGEST.get(purpose, _LARGEST_OF_ALL):
            yield ApiError(400, "File is too large.")


def name_refusals(purpose: str, filename: str) -> Iterator[ApiError]:
    """The refusal of a file whose name has another extension than its purpose requires; it need not have one."""
    if purpose in _LINES and PurePosixPath(filename.lower()).suffix not in ("", ".jsonl"):
        yield ApiError(400, f"Invalid file format for {_LINES[purpose]} API. Must be .jsonl")


def lifetime_of(body: Json) -> int | None:
    """The number of seconds that a request's `expires_after` lets a file live, or None."""
    seconds = Fields(body).object("expires_after").get("seconds")
    return seconds if type(seconds) is int else None


def content(context: RequestContext) -> Response:
    """`GET /files/{file_id}/content`: the bytes as they came, where the purpose allows it."""
    record = FILES.view(context).get(context.path["file_id"])
    enforce(context, lambda: map(Violation, _withheld(record)))
    return attachment(name_of(record), content_of(record))


def _withheld(record: Record[FileContent]) -> Iterator[ApiError]:
    """The refusal to return the content of a file; the purpose of one that is only assumed is not known."""
    purpose = record.body.get("purpose")
    if purpose in _WITHHELD and not record.assumed:
        yield ApiError(400, f"Not allowed to download files of purpose: {purpose}")


def name_of(record: Record[FileContent]) -> str:
    """The name of a file; of one that is only assumed, its id."""
    return str(record.body.get("filename") or record.body["id"])


def content_of(record: Record[FileContent]) -> bytes:
    """The bytes of a file; b"" for one that is only assumed."""
    return b"" if record.data is None else record.data.content


ROUTES = [
    Operation("POST", "/files", "files.create", operate(create)),
    Operation("GET", "/files/{file_id}/content", "files.content", operate(content, render=attachment_from_reply)),
]
