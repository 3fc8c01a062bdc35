"""Uploads in parts. https://platform.openai.com/docs/api-reference/uploads"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..pipeline.callables import in_thread
from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.forms import file_of
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.validation import enforce, read_body
from ..replies.faults import ApiError
from ..state.store import Record
from ..wire.contract import Violation
from ..wire.json_values import Fields
from ..wire.protocol.call import Json
from .files import ANY_PURPOSE, UNNAMED, FileContent, content_of, lifetime_of, name_refusals, store_file

_LARGEST_PART = 64 * 2**20
_LARGEST_NUMBER = 2**63 - 1
_LIFETIME = 3600


@dataclass(frozen=True)
class UploadTerms:
    """What is stored of an upload beside its object: the number of seconds that its file is to live, or None."""

    lifetime: int | None


_UPLOADS = CollectionPath[UploadTerms]("/uploads")
_PARTS = CollectionPath[FileContent]("/uploads/{upload_id}/parts")


async def create(context: RequestContext) -> Json:
    """`POST /uploads`: an upload that waits for its parts, and for the client to complete it."""
    body = await read_body(context)
    fields = Fields(body)
    filename, purpose = fields.string("filename") or UNNAMED, fields.string("purpose") or ANY_PURPOSE
    enforce(context, lambda: map(Violation, name_refusals(purpose, filename)))
    created = context.world.ids.now()
    upload = {
        "id": new_id(context)("upload"),
        "object": "upload",
        "bytes": fields.integer("bytes", 0, low=0, high=_LARGEST_NUMBER),
        "created_at": created,
        "filename": filename,
        "purpose": purpose,
        "status": "pending",
        "expires_at": created + _LIFETIME,
    }
    _UPLOADS.view(context).add(upload, UploadTerms(lifetime_of(body)))
    return upload


async def add_part(context: RequestContext) -> Json:
    """`POST /uploads/{upload_id}/parts`: a part; where in the file it comes is said when the upload is completed."""
    record = _upload(context)
    content = file_of(await read_body(context), "data").content
    enforce(context, lambda: map(Violation, _part_refusals(record, len(content))))
    part = {
        "id": new_id(context)("upload.part"),
        "object": "upload.part",
        "created_at": context.world.ids.now(),
        "upload_id": context.path["upload_id"],
    }
    _PARTS.view(context).add(part, FileContent(content))
    return part


def _part_refusals(record: Record[UploadTerms], size: int) -> Iterator[ApiError]:
    yield from _ended_refusals(record, "add a part to")
    if size > _LARGEST_PART:
        yield ApiError(400, f"The part is too large. It may have {_LARGEST_PART} bytes, but has {size}.", param="data")


def _ended_refusals(record: Record[UploadTerms], action: str) -> Iterator[ApiError]:
    """The refusal to go on with an upload that is not pending; the status of one only assumed is not known."""
    status = record.body.get("status")
    if status != "pending" and not record.assumed:
        yield ApiError(400, f"Cannot {action} an upload with status '{status}'.")


async def complete(context: RequestContext) -> Json:
    """`POST /uploads/{upload_id}/complete`: the parts, in the order of `part_ids`, become a file."""
    record = _upload(context)
    body = await read_body(context)
    stored = _PARTS.view(context)
    parts = [content_of(stored.get(part_id)) for part_id in Fields(body).strings("part_ids")]
    content, digest = await in_thread(lambda: _assembled(parts))
    enforce(context, lambda: map(Violation, _completion_refusals(record, body, content, digest)))
    file = store_file(
        context,
        filename=record.body["filename"],
        purpose=record.body["purpose"],
        content=content,
        lifetime=record.data.lifetime if record.data else None,
    )
    record.body = {**record.body, "status": "completed", "file": file}
    return record.body


def _assembled(parts: list[bytes]) -> tuple[bytes, str]:
    """The content of the file that the parts make up, and its MD5 in hexadecimal."""
    content = b"".join(parts)
    return content, hashlib.md5(content, usedforsecurity=False).hexdigest()


def _completion_refusals(record: Record[UploadTerms], body: Json, content: bytes, digest: str) -> Iterator[ApiError]:
    yield from _ended_refusals(record, "complete")
    if record.assumed:
        return
    expected = record.body["bytes"]
    if len(content) != expected:
        message = f"The parts add up to {len(content)} bytes, but the upload was created for {expected}."
        yield ApiError(400, message, param="part_ids")
    if isinstance(md5 := body.get("md5"), str) and md5.lower() != digest:
        yield ApiError(400, f"The md5 of the file is '{digest}', but '{md5}' was expected.", param="md5")


def cancel(context: RequestContext) -> Json:
    """`POST /uploads/{upload_id}/cancel`: no part may be added any more."""
    record = _upload(context)
    enforce(context, lambda: map(Violation, _ended_refusals(record, "cancel")))
    record.body = {**record.body, "status": "cancelled"}
    return record.body


def _upload(context: RequestContext) -> Record[UploadTerms]:
    """The upload that the path names; one that is only assumed is pending, with the defaults of its other fields."""
    record = _UPLOADS.view(context).get(context.path["upload_id"])
    if record.assumed and "status" not in record.body:
        created = context.world.ids.now()
        record.body |= {"object": "upload", "bytes": 0, "created_at": created, "filename": UNNAMED}
        record.body |= {"purpose": ANY_PURPOSE, "status": "pending", "expires_at": created + _LIFETIME}
    return record


ROUTES = [
    Operation("POST", "/uploads", "uploads.create", operate(create)),
    Operation("POST", "/uploads/{upload_id}/parts", "uploads.parts.create", operate(add_part)),
    Operation("POST", "/uploads/{upload_id}/complete", "uploads.complete", operate(complete)),
    Operation("POST", "/uploads/{upload_id}/cancel", "uploads.cancel", operate(cancel)),
]
