"""Containers and their files. https://platform.openai.com/docs/api-reference/containers"""

from __future__ import annotations

from ..pipeline.attachment import attachment, attachment_from_reply
from ..pipeline.collections import CollectionPath, new_id
from ..pipeline.context import RequestContext
from ..pipeline.forms import file_of
from ..pipeline.operate import operate
from ..pipeline.operation import Operation
from ..pipeline.results import Response
from ..pipeline.validation import enforce, read_body
from ..state.store import Record
from ..wire.contract import Violation
from ..wire.json_values import Fields
from ..wire.protocol import errors
from ..wire.protocol.call import Json
from .files import FILES, UNNAMED, FileContent, content_of, name_of
from .skills.storage import SKILLS, version_of

_FOLDER = "/mnt/data/"
_FILES = CollectionPath[FileContent]("/containers/{container_id}/files")
_MINUTES = 20
_CURATED = "openai-"  # what the ids of the skills that OpenAI offers to everyone begin with


def _body(key: str, created: int, fields: Fields) -> Json:
    return {
        "id": key,
        "object": "container",
        "name": fields.string("name") or "",
        "created_at": created,
        "status": "running",
        "expires_after": fields.object("expires_after") or {"anchor": "last_active_at", "minutes": _MINUTES},
        "last_active_at": created,
        "memory_limit": fields.string("memory_limit") or "1g",
    }


_CONTAINERS = CollectionPath("/containers", lambda identify, now, ids: _body("", now, Fields({"name": "container"})))


async def create(context: RequestContext) -> Json:
    """`POST /containers`: it runs at once, with copies of the files that the request names."""
    fields = Fields(await read_body(context))
    files = [FILES.view(context).get(file_id) for file_id in fields.strings("file_ids")]
    for skill in fields.objects("skills"):
        _find_skill(context, skill)
    container = _new(context, fields)
    _CONTAINERS.view(context).add(container)
    for file in files:
        store_container_file(context, container["id"], filename=name_of(file), content=content_of(file))
    return container


def _new(context: RequestContext, fields: Fields) -> Json:
    created = context.world.ids.now()
    container = _body(new_id(context)("container"), created, fields)
    policy = fields.object("network_policy")
    shown = {name: policy[name] for name in ("type", "allowed_domains") if name in policy}  # its secrets never are
    return {**container, "network_policy": shown} if policy else container


def _find_skill(context: RequestContext, reference: Json) -> None:
    """ApiError for a skill, or a version of one, that is not there; one within the request is taken as it is."""
    skill_id, version = Fields(reference).string("skill_id"), reference.get("version")
    if skill_id is not None and not skill_id.startswith(_CURATED):
        version_of(context, SKILLS.view(context).get(skill_id), None if version is None else str(version))


def store_container_file(
    context: RequestContext, container_id: str, *, filename: str, content: bytes, source: str = "user"
) -> Json:
    """Store a file in a container and return its object; `source` is "assistant" for what the model wrote."""
    body = {
        "id": new_id(context)("container.file"),
        "object": "container.file",
        "container_id": container_id,
        "created_at": context.world.ids.now(),
        "bytes": len(content),
        "path": _FOLDER + (filename.replace("\\", "/").rpartition("/")[2] or UNNAMED),
        "source": source,
    }
    _FILES.view(context, container_id=container_id).add(body, FileContent(content))
    return body


def retrieve(context: RequestContext) -> Json:
    """`GET /containers/{container_id}`."""
    container = _container(context)
    _touch(context, container)
    return container.body


def _container(context: RequestContext) -> Record:
    return _CONTAINERS.view(context).get(context.path["container_id"])


def _touch(context: RequestContext, container: Record) -> None:
    """Note that a container is used, by its own retrieval or through its files, which keeps it alive.

    https://platform.openai.com/docs/guides/tools-code-interpreter
    """
    container.body = {**container.body, "last_active_at": context.world.ids.now()}


async def create_file(context: RequestContext) -> Json:
    """`POST /containers/{container_id}/files`: a file of the form, or a copy of one that was uploaded before."""
    container = _container(context)
    _touch(context, container)
    filename, content = _file_of(context, await read_body(context))
    return store_container_file(context, container.body["id"], filename=filename, content=content)


def _file_of(context: RequestContext, body: Json) -> tuple[str, bytes]:
    """The name and the bytes of a request's file: that of its form, or a copy of the one that `file_id` names."""
    file_id = Fields(body).string("file_id")
    if file_id is not None and "file" not in body:
        file = FILES.view(context).get(file_id)
        return name_of(file), content_of(file)
    if "file" not in body:
        enforce(context, lambda: [Violation(errors.missing_parameter("file"))])
        return UNNAMED, b""
    upload = file_of(body, "file")
    return upload.filename, upload.content


def file_content(context: RequestContext) -> Response:
    """`GET /containers/{container_id}/files/{file_id}/content`: the bytes as they came."""
    _touch(context, _container(context))
    file = _FILES.view(context).get(context.path["file_id"])
    return attachment(str(file.body.get("path", UNNAMED)).rpartition("/")[2], content_of(file))


ROUTES = [
    Operation("POST", "/containers", "containers.create", operate(create)),
    Operation("GET", "/containers/{container_id}", "containers.retrieve", operate(retrieve)),
    Operation("POST", "/containers/{container_id}/files", "containers.files.create", operate(create_file)),
    Operation(
        "GET",
        "/containers/{container_id}/files/{file_id}/content",
        "containers.files.content.retrieve",
        operate(file_content, render=attachment_from_reply),
    ),
]
