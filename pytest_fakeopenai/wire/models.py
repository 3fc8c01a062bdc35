"""What is known of OpenAI's models: families, and the catalogue that `GET /models` lists."""

from __future__ import annotations

import re

_REASONING = re.compile(r"(?:ft:)?(?:o\d|gpt-(?:[5-9]|\d\d))")
_FIRST_CREATED = 1_687_882_411

# name -> the second in which it was created
CATALOGUE = {
    "gpt-4o": 1715367049,
    "gpt-4o-mini": 1721172741,
    "gpt-4.1": 1744316542,
    "gpt-4.1-mini": 1744318173,
    "gpt-5": 1754425777,
    "gpt-5-mini": 1754425928,
    "o3": 1744225308,
    "o4-mini": 1744225351,
    "gpt-3.5-turbo-instruct": 1692901427,
    "text-embedding-3-small": 1705948997,
    "text-embedding-3-large": 1705953180,
    "text-embedding-ada-002": 1671217299,
}


def is_reasoning(model: str) -> bool:
    """Whether the model is of the o-series, gpt-5 or later."""
    return _REASONING.match(model) is not None


def describe(model: str) -> dict[str, object]:
    """The model object; a name that the catalogue lacks is a model of the user's own."""
    created = CATALOGUE.get(model, _FIRST_CREATED)
    owner = "system" if model in CATALOGUE else "user-fakeopenai"
    return {"id": model, "object": "model", "created": created, "owned_by": owner}
