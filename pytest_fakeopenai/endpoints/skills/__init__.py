"""Skills and their versions. https://platform.openai.com/docs/api-reference/skills"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...pipeline.attachment import attachment, attachment_from_reply
from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, CollectionView, new_id
from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.results import Response
from ...pipeline.validation import enforce, read_body
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Fields, Json
from ..files import FileContent
from .bundle import Bundle, bundle, packed

_ZIP = "application/zip"


@dataclass
class Versions:
    """What is stored of a skill beside its object: how many versions it ever had, deleted ones among them."""

    count: int = 0


SKILLS = CollectionPath[Versions]("/skills")
_VERSIONS = CollectionPath[FileContent]("/skills/{skill_id}/versions")


async def create(context: RequestContext) -> Json:
    """`POST /skills`: a skill with its first version, which is the default."""
    files = await _bundle(context, await read_body(context))
    created = context.world.ids.now()
    skill = {
        "id": new_id(context)("skill"),
        "object": "skill",
        "name": files.metadata.get("name", ""),
        "description": files.metadata.get("description", ""),
        "created_at": created,
        "default_version": "1",
        "latest_version": "1",
    }
    record = SKILLS.view(context).add(skill, Versions())
    _add_version(context, record, files, created)
    return skill


async def create_version(context: RequestContext) -> Json:
    """`POST /skills/{skill_id}/versions`: the next version, and the default one where the request says so."""
    skill = _skill(context)
    body = await read_body(context)
    version = _add_version(context, skill, await _bundle(context, body), context.world.ids.now())
    skill.body = {**skill.body, "latest_version": version["version"]}
    if Fields(body).boolean("default"):
        _make_default(skill, version)
    return version


def _add_version(context: RequestContext, skill: Record[Versions], files: Bundle, created: int) -> Json:
    """A version behind all that there ever were: a number is not given twice."""
    versions = skill.ensure(Versions)
    versions.count += 1
    body = {
        "id": new_id(context)("skill.version"),
        "object": "skill.version",
        "skill_id": skill.body["id"],
        "version": str(versions.count),
        "name": files.metadata.get("name", ""),
        "description": files.metadata.get("description", ""),
        "created_at": created,
    }
    _versions(context, skill).add(body, FileContent(files.archive), key=body["version"])
    return body


async def _bundle(context: RequestContext, body: Json) -> Bundle:
    """The files that a request brings; they are read beside the loop."""
    value = body.get("files")
    uploads = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Upload)]
    if not uploads:
        enforce(context, lambda: [Violation(errors.missing_parameter("files"))])
    files = await in_thread(lambda: bundle(uploads))
    enforce(context, lambda: map(Violation, files.refusals()))
    return files


def _skill(context: RequestContext) -> Record[Versions]:
    return SKILLS.view(context).get(context.path["skill_id"])


def _versions(context: RequestContext, skill: Record[Versions]) -> CollectionView[FileContent]:
    return _VERSIONS.view(context, skill_id=skill.body["id"])


def version_of(context: RequestContext, skill: Record[Versions], number: str | None) -> Record[FileContent]:
    """The version of a skill with this number, the latest, or, where none is named, the default one."""
    if number is None:
        number = skill.body["default_version"]
    elif number == "latest":
        number = skill.body["latest_version"]
    return _versions(context, skill).get(str(number))


async def update(context: RequestContext) -> Json:
    """`POST /skills/{skill_id}`: another version is the default, and the skill is called as that one is."""
    skill = _skill(context)
    number = Fields(await read_body(context)).string("default_version")
    if number is not None:
        _make_default(skill, version_of(context, skill, number).body)
    return skill.body


def _make_default(skill: Record[Versions], version: Json) -> None:
    metadata = {name: version[name] for name in ("name", "description") if version.get(name)}
    skill.body = {**skill.body, **metadata, "default_version": version["version"]}


def retrieve_version(context: RequestContext) -> Json:
    """`GET /skills/{skill_id}/versions/{version}`."""
    return version_of(context, _skill(context), context.path["version"]).body


def delete_version(context: RequestContext) -> Json:
    """`DELETE /skills/{skill_id}/versions/{version}`: not the default one of several; with the last goes the skill."""
    skill = _skill(context)
    version = version_of(context, skill, context.path["version"]).body
    versions = _versions(context, skill)
    enforce(context, lambda: map(Violation, _deletion_refusals(skill, version, len(versions.records.items()))))
    versions.delete(version["version"])
    remaining = [each["version"] for each in versions.records.bodies()]
    if remaining:
        skill.body = {**skill.body, "latest_version": remaining[-1]}
    else:
        SKILLS.view(context).delete(skill.body["id"])
    return {"id": version["id"], "object": "skill.version.deleted", "version": version["version"], "deleted": True}


def _deletion_refusals(skill: Record[Versions], version: Json, versions: int) -> Iterator[ApiError]:
    if versions > 1 and version["version"] == skill.body["default_version"]:
        yield ApiError(400, "Cannot delete the default version of a skill. Set another version as the default first.")


def content(context: RequestContext) -> Response:
    """`GET /skills/{skill_id}/content`: the files of the default version, as a zip."""
    return _zipped(version_of(context, _skill(context), None))


def version_content(context: RequestContext) -> Response:
    """`GET /skills/{skill_id}/versions/{version}/content`: the files of a version, as a zip."""
    return _zipped(version_of(context, _skill(context), context.path["version"]))


def _zipped(version: Record[FileContent]) -> Response:
    """The zip of a version; that of one only assumed is empty."""
    archive = packed({}) if version.data is None else version.data.content
    return attachment(f"{version.body.get('name') or 'skill'}.zip", archive, _ZIP)


ROUTES = [
    Operation("POST", "/skills", "skills.create", operate(create)),
    Operation("POST", "/skills/{skill_id}", "skills.update", operate(update)),
    Operation(
        "GET", "/skills/{skill_id}/content", "skills.content.retrieve", operate(content, render=attachment_from_reply)
    ),
    Operation("POST", "/skills/{skill_id}/versions", "skills.versions.create", operate(create_version)),
    Operation("GET", "/skills/{skill_id}/versions/{version}", "skills.versions.retrieve", operate(retrieve_version)),
    Operation("DELETE", "/skills/{skill_id}/versions/{version}", "skills.versions.delete", operate(delete_version)),
    Operation(
        "GET",
        "/skills/{skill_id}/versions/{version}/content",
        "skills.versions.content.retrieve",
        operate(version_content, render=attachment_from_reply),
    ),
]
