"""Skills and their versions. https://platform.openai.com/docs/api-reference/skills"""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.attachment import attachment, spoken
from ...pipeline.callables import in_thread
from ...pipeline.collections import Memory, new_id
from ...pipeline.forms import Upload
from ...pipeline.operation import Operation, operate
from ...pipeline.surface import Answered, Exchange
from ...pipeline.validation import admit, read_body
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.contract import Breach
from ...wire.protocol import errors
from ...wire.protocol.call import Fields, Json
from .bundle import Bundle, bundle, packed

_ZIP = "application/zip"
_SKILLS = "/skills"


async def create(exchange: Exchange) -> Json:
    """`POST /skills`: a skill with its first version, which is the default."""
    sent = await _sent(exchange, await read_body(exchange))
    created = exchange.world.ids.now()
    skill = {
        "id": new_id(exchange)("skill"),
        "object": "skill",
        "name": sent.told.get("name", ""),
        "description": sent.told.get("description", ""),
        "created_at": created,
        "default_version": "1",
        "latest_version": "1",
    }
    record = Memory(exchange, _SKILLS).add(skill)
    _add_version(exchange, record, sent, created)
    return skill


async def create_version(exchange: Exchange) -> Json:
    """`POST /skills/{skill_id}/versions`: the next version, and the default one where the request says so."""
    skill = _skill(exchange)
    body = await read_body(exchange)
    version = _add_version(exchange, skill, await _sent(exchange, body), exchange.world.ids.now())
    skill.body = {**skill.body, "latest_version": version["version"]}
    if Fields(body).boolean("default"):
        _make_default(skill, version)
    return version


def _add_version(exchange: Exchange, skill: Record, sent: Bundle, created: int) -> Json:
    """A version behind all that there ever were: a number is not given twice."""
    number = skill.kept["versions"] = skill.kept.get("versions", 0) + 1
    body = {
        "id": new_id(exchange)("skill.version"),
        "object": "skill.version",
        "skill_id": skill.body["id"],
        "version": str(number),
        "name": sent.told.get("name", ""),
        "description": sent.told.get("description", ""),
        "created_at": created,
    }
    _versions(exchange, skill).add(body, key=str(number), kept={"content": sent.archive})
    return body


async def _sent(exchange: Exchange, body: Json) -> Bundle:
    """The files that a request brings; they are read beside the loop."""
    given = body.get("files")
    files = given if isinstance(given, list) else [given]
    uploads = [each for each in files if isinstance(each, Upload)]
    if not uploads:
        admit(exchange, lambda: [Breach(errors.missing_parameter("files"))])
    sent = await in_thread(lambda: bundle(uploads))
    admit(exchange, lambda: map(Breach, sent.problems()))
    return sent


def _skill(exchange: Exchange) -> Record:
    return Memory(exchange, _SKILLS).get(exchange.path["skill_id"])


def _versions(exchange: Exchange, skill: Record) -> Memory:
    return Memory(exchange, "/skills/{skill_id}/versions", skill_id=skill.body["id"])


def version_of(exchange: Exchange, skill: Record, named: str | None) -> Record:
    """The version of a skill with this number, the latest, or, where none is named, the default one."""
    if named is None:
        named = skill.body["default_version"]
    elif named == "latest":
        named = skill.body["latest_version"]
    return _versions(exchange, skill).get(str(named))


async def update(exchange: Exchange) -> Json:
    """`POST /skills/{skill_id}`: another version is the default, and the skill is called as that one is."""
    skill = _skill(exchange)
    named = Fields(await read_body(exchange)).string("default_version")
    if named is not None:
        _make_default(skill, version_of(exchange, skill, named).body)
    return skill.body


def _make_default(skill: Record, version: Json) -> None:
    told = {name: version[name] for name in ("name", "description") if version.get(name)}
    skill.body = {**skill.body, **told, "default_version": version["version"]}


def retrieve_version(exchange: Exchange) -> Json:
    """`GET /skills/{skill_id}/versions/{version}`."""
    return version_of(exchange, _skill(exchange), exchange.path["version"]).body


def delete_version(exchange: Exchange) -> Json:
    """`DELETE /skills/{skill_id}/versions/{version}`: not the default one of several; with the last goes the skill."""
    skill = _skill(exchange)
    version = version_of(exchange, skill, exchange.path["version"]).body
    memory = _versions(exchange, skill)
    admit(exchange, lambda: map(Breach, _needed(skill, version, len(memory.records.items()))))
    memory.delete(version["version"])
    remaining = [each["version"] for each in memory.records.bodies()]
    if remaining:
        skill.body = {**skill.body, "latest_version": remaining[-1]}
    else:
        Memory(exchange, _SKILLS).delete(skill.body["id"])
    return {"id": version["id"], "object": "skill.version.deleted", "version": version["version"], "deleted": True}


def _needed(skill: Record, version: Json, versions: int) -> Iterator[ApiError]:
    if versions > 1 and version["version"] == skill.body["default_version"]:
        yield ApiError(400, "Cannot delete the default version of a skill. Set another version as the default first.")


def content(exchange: Exchange) -> Answered:
    """`GET /skills/{skill_id}/content`: the files of the default version, as a zip."""
    return _zipped(version_of(exchange, _skill(exchange), None))


def version_content(exchange: Exchange) -> Answered:
    """`GET /skills/{skill_id}/versions/{version}/content`: the files of a version, as a zip."""
    return _zipped(version_of(exchange, _skill(exchange), exchange.path["version"]))


def _zipped(version: Record) -> Answered:
    """The zip of a version; that of one only assumed is empty."""
    archive = version.kept.get("content")
    name = version.body.get("name") or "skill"
    return attachment(f"{name}.zip", packed({}) if archive is None else archive, _ZIP)


ROUTES = [
    Operation("POST", "/skills", "skills.create", operate(create)),
    Operation("POST", "/skills/{skill_id}", "skills.update", operate(update)),
    Operation("GET", "/skills/{skill_id}/content", "skills.content.retrieve", operate(content, voice=spoken)),
    Operation("POST", "/skills/{skill_id}/versions", "skills.versions.create", operate(create_version)),
    Operation("GET", "/skills/{skill_id}/versions/{version}", "skills.versions.retrieve", operate(retrieve_version)),
    Operation("DELETE", "/skills/{skill_id}/versions/{version}", "skills.versions.delete", operate(delete_version)),
    Operation(
        "GET",
        "/skills/{skill_id}/versions/{version}/content",
        "skills.versions.content.retrieve",
        operate(version_content, voice=spoken),
    ),
]
