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
from .generation import generate
from .request import EDIT, GENERATION, VARIATION, ImageOperation, read


async def _create(context: RequestContext, operation: ImageOperation) -> Result:
    return await generate(context, read(context, operation, await read_body(context)))


async def _create_from_reply(context: RequestContext, reply: Reply, operation: ImageOperation) -> Result:
    """The result of a rule's reply: its text is drawn in place of the request's prompt; a JSON object is the body."""
    body_or_prompt = body_or_text(reply)
    if not isinstance(body_or_prompt, str):
        return body_or_prompt
    return await generate(context, read(context, operation, await read_body(context), prompt=body_or_prompt))


def _operation(path: str, endpoint: str, operation: ImageOperation) -> Operation:
    create = partial(_create, operation=operation)
    handler = operate(create, render=partial(_create_from_reply, operation=operation))
    return Operation("POST", path, endpoint, handler)


ROUTES = [
    _operation("/images/generations", "images.generate", GENERATION),
    _operation("/images/edits", "images.edit", EDIT),
    _operation("/images/variations", "images.create_variation", VARIATION),
]
