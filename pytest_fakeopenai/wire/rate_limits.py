"""What the rate limit headers tell: the limits of a minute, what one request leaves of them, and until when.

https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ..faults import ApiError, go_duration
from .call import Json
from .models import CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES, family

METERED = (CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES)

_REQUESTS, _PICTURES = 500, 50_000
_PROMPTS = ("instructions", "messages", "input", "prompt")
_IMAGES = ("image_url", "input_image")


def rate_limits(endpoint: str, body: Json) -> dict[str, str]:
    """The headers right after a request with this body; none where an endpoint has no limits."""
    if endpoint not in METERED:
        return {}
    asked = [body[name] for name in _PROMPTS if name in body]
    images = sum(1 for _ in _images_in(asked))
    return {
        **_left("requests", _REQUESTS, 1),
        **_left("tokens", _tokens_of(body), _estimate(endpoint, body, asked)),
        **(_left("input-images", _PICTURES, images) if images else {}),
    }


def used_up(error: ApiError, endpoint: str, body: Json) -> dict[str, str]:
    """The headers of a request that came when a limit was used up."""
    what = error.type if error.type == "tokens" else "requests"
    wait = int(error.headers.get("retry-after-ms", 1))
    spent = {f"x-ratelimit-remaining-{what}": "0", f"x-ratelimit-reset-{what}": go_duration(wait)}
    return {**rate_limits(endpoint, body), **spent}


@lru_cache(maxsize=1024)
def _left(name: str, limit: int, used: int) -> dict[str, str]:
    used = min(used, limit)
    return {
        f"x-ratelimit-limit-{name}": str(limit),
        f"x-ratelimit-remaining-{name}": str(limit - used),
        f"x-ratelimit-reset-{name}": go_duration(60_000 * used // limit),
    }


def _tokens_of(body: Json) -> int:
    model = body.get("model")
    return family(model if isinstance(model, str) else "").per_minute


def _estimate(endpoint: str, body: Json, asked: object) -> int:
    """The tokens taken off before anything is counted; a response that is not streamed has given them back."""
    if endpoint == RESPONSES and body.get("stream") is not True:
        return 0
    return sum(map(len, _texts_in(asked))) // 4 + 3


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts_in(each)
    elif isinstance(value, dict):
        yield from _texts_in(value.get("content"))
        yield from _texts_in(value.get("text"))


def _images_in(value: Any) -> Iterator[Json]:
    if isinstance(value, list):
        for each in value:
            yield from _images_in(each)
    elif isinstance(value, dict):
        if value.get("type") in _IMAGES:
            yield value
        yield from _images_in(value.get("content"))
