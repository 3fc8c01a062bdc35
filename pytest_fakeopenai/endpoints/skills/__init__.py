"""Skills and their versions. https://platform.openai.com/docs/api-reference/skills"""

from __future__ import annotations

from ...pipeline.attachment import attachment_from_reply
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.results import Response
from ...pipeline.validation import read_body
from ...wire.json_values import Fields
from ...wire.protocol.call import Json
from . import versions
from .storage import SKILLS, Versions, add_version, find_skill, make_default, read_bundle, version_of, zip_of

_SKILL = "/skills/{skill_id}"
_VERSION = f"{_SKILL}/versions/{{version}}"


async def create(context: RequestContext) -> Json:
    """`POST /skills`: a skill with its first version, which is the default."""
    files = await read_bundle(context, await read_body(context))
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
    add_version(context, record, files, created)
    return skill


async def update(context: RequestContext) -> Json:
    """`POST /skills/{skill_id}`: another version is the default, and the skill takes its name and description."""
    skill = find_skill(context)
    number = Fields(await read_body(context)).string("default_version")
    if number is not None:
        make_default(skill, version_of(context, skill, number).body)
    return skill.body


def content(context: RequestContext) -> Response:
    """`GET /skills/{skill_id}/content`: the files of the default version, as a zip."""
    return zip_of(version_of(context, find_skill(context), None))


_CONTENT = operate(content, render=attachment_from_reply)
_VERSION_CONTENT = operate(versions.content, render=attachment_from_reply)

ROUTES = [
    Operation("POST", "/skills", "skills.create", operate(create)),
    Operation("POST", _SKILL, "skills.update", operate(update)),
    Operation("GET", f"{_SKILL}/content", "skills.content.retrieve", _CONTENT),
    Operation("POST", f"{_SKILL}/versions", "skills.versions.create", operate(versions.create)),
    Operation("GET", _VERSION, "skills.versions.retrieve", operate(versions.retrieve)),
    Operation("DELETE", _VERSION, "skills.versions.delete", operate(versions.delete)),
    Operation("GET", f"{_VERSION}/content", "skills.versions.content.retrieve", _VERSION_CONTENT),
]
