"""Images: generated, edited, varied. https://platform.openai.com/docs/api-reference/images

Every image is a real one, of the size and in the format asked for, with the prompt in its metadata. The same request
gets the same image.
"""

from __future__ import annotations

from functools import partial

from ...pipeline.context import RequestContext
from ...pipeline.media import body_or_text
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from ...pipeline.results import Result
from ...pipeline.validation import read_body
from ...replies.reply import Reply
from ...wire.protocol.call import Json
from .answer import answer
from .reading import EDIT, GENERATION, VARIATION, Kind, read


async def _make(context: RequestContext, kind: Kind) -> Result:
    return await answer(context, read(context, kind, await read_body(context)))


async def _say(context: RequestContext, reply: Reply, kind: Kind) -> Result:
    """What a rule says in place of an endpoint: the body, or a prompt that is drawn instead of the request's own."""
    said = body_or_text(reply)
    if not isinstance(said, str):
        return said
    body: Json = await read_body(context)
    return await answer(context, read(context, kind, body, prompt=said))


def _operation(path: str, endpoint: str, kind: Kind) -> Operation:
    handler = operate(lambda context: _make(context, kind), render=partial(_say, kind=kind))
    return Operation("POST", path, endpoint, handler)


ROUTES = [
    _operation("/images/generations", "images.generate", GENERATION),
    _operation("/images/edits", "images.edit", EDIT),
    _operation("/images/variations", "images.create_variation", VARIATION),
]
