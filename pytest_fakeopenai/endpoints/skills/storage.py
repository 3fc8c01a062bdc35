"""Where skills and their versions are stored, and how a version is added and found."""

from __future__ import annotations

from dataclasses import dataclass

from ...pipeline.attachment import attachment
from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, CollectionView, new_id
from ...pipeline.context import RequestContext
from ...pipeline.forms import Upload
from ...pipeline.results import Response
from ...pipeline.validation import enforce
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from ..files import FileContent
from .bundle import Bundle, bundle, packed

_ZIP = "application/zip"


@dataclass
class Versions:
    """What is stored of a skill beside its object: how many versions it ever had, deleted ones among them."""

    count: int = 0


SKILLS = CollectionPath[Versions]("/skills")
_VERSIONS = CollectionPath[FileContent]("/skills/{skill_id}/versions")


def find_skill(context: RequestContext) -> Record[Versions]:
    """The skill that the request's path names; the API's 404 where there is none."""
    return SKILLS.view(context).get(context.path["skill_id"])


def versions(context: RequestContext, skill: Record[Versions]) -> CollectionView[FileContent]:
    """The versions of a skill by their numbers, oldest first."""
    return _VERSIONS.view(context, skill_id=skill.body["id"])


def version_of(context: RequestContext, skill: Record[Versions], number: str | None) -> Record[FileContent]:
    """The version of a skill with this number, or the "latest", or, where none is named, the default one."""
    if number is None:
        number = skill.body["default_version"]
    elif number == "latest":
        number = skill.body["latest_version"]
    return versions(context, skill).get(str(number))


def add_version(context: RequestContext, skill: Record[Versions], files: Bundle, created: int) -> Json:
    """Store a version of these files and return its object; its number is one that the skill never had."""
    stored = skill.ensure(Versions)
    stored.count += 1
    body = {
        "id": new_id(context)("skill.version"),
        "object": "skill.version",
        "skill_id": skill.body["id"],
        "version": str(stored.count),
        "name": files.metadata.get("name", ""),
        "description": files.metadata.get("description", ""),
        "created_at": created,
    }
    versions(context, skill).add(body, FileContent(files.archive), key=body["version"])
    return body


def make_default(skill: Record[Versions], version: Json) -> None:
    """Make a version the default one of its skill, which takes its name and description."""
    metadata = {name: version[name] for name in ("name", "description") if version.get(name)}
    skill.body = {**skill.body, **metadata, "default_version": version["version"]}


async def read_bundle(context: RequestContext, body: Json) -> Bundle:
    """The `files` of a form, read beside the loop; ApiError for what OpenAI refuses of them."""
    value = body.get("files")
    uploads = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Upload)]
    if not uploads:
        enforce(context, lambda: [Violation(errors.missing_parameter("files"))])
    files = await in_thread(lambda: bundle(uploads))
    enforce(context, lambda: map(Violation, files.refusals()))
    return files


def zip_of(version: Record[FileContent]) -> Response:
    """The files of a version as a zip, which is empty for one that is only assumed to exist."""
    archive = packed({}) if version.data is None else version.data.content
    return attachment(f"{version.body.get('name') or 'skill'}.zip", archive, _ZIP)
