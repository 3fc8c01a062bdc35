"""Versions of a skill. https://platform.openai.com/docs/api-reference/skills"""

from __future__ import annotations

from collections.abc import Iterator

from ...pipeline.context import RequestContext
from ...pipeline.results import Response
from ...pipeline.validation import enforce, read_body
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.json_values import Fields
from ...wire.protocol.call import Json
from .storage import SKILLS, Versions, add_version, find_skill, make_default, read_bundle, version_of, versions, zip_of


async def create(context: RequestContext) -> Json:
    """`POST /skills/{skill_id}/versions`: the next version, and the default one where the request says so."""
    skill = find_skill(context)
    body = await read_body(context)
    version = add_version(context, skill, await read_bundle(context, body), context.world.ids.now())
    skill.body = {**skill.body, "latest_version": version["version"]}
    if Fields(body).boolean("default"):
        make_default(skill, version)
    return version


def retrieve(context: RequestContext) -> Json:
    """`GET /skills/{skill_id}/versions/{version}`."""
    return version_of(context, find_skill(context), context.path["version"]).body


def delete(context: RequestContext) -> Json:
    """`DELETE /skills/{skill_id}/versions/{version}`: not the default one of several; with the last goes the skill."""
    skill = find_skill(context)
    version = version_of(context, skill, context.path["version"]).body
    stored = versions(context, skill)
    enforce(context, lambda: map(Violation, _refusals(skill, version, len(stored.records.items()))))
    stored.delete(version["version"])
    remaining = [each["version"] for each in stored.records.bodies()]
    if remaining:
        skill.body = {**skill.body, "latest_version": remaining[-1]}
    else:
        SKILLS.view(context).delete(skill.body["id"])
    return {"id": version["id"], "object": "skill.version.deleted", "version": version["version"], "deleted": True}


def _refusals(skill: Record[Versions], version: Json, number: int) -> Iterator[ApiError]:
    if number > 1 and version["version"] == skill.body["default_version"]:
        yield ApiError(400, "Cannot delete the default version of a skill. Set another version as the default first.")


def content(context: RequestContext) -> Response:
    """`GET /skills/{skill_id}/versions/{version}/content`: the files of a version, as a zip."""
    return zip_of(version_of(context, find_skill(context), context.path["version"]))
