"""What the rate limit headers tell: the limits of a minute, what one request leaves of them, and until when.

https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ...replies.faults import ApiError, go_duration
from ..models import family
from .call import Json
from .front_end import FrontEnd

_REQUESTS, _PICTURES = 500, 50_000
_PROMPTS = ("instructions", "messages", "input", "prompt")
_IMAGES = ("image_url", "input_image")
_NUMBER = re.compile(r"\d{1,12}(\.\d*)?")  # of seconds or milliseconds; it may be a date as well


def rate_limits(front_end: FrontEnd, body: Json) -> dict[str, str]:
    """The headers right after a request with this body; none where an endpoint has no limits."""
    if not front_end.metered:
        return {}
    characters, images = _extent([body[name] for name in _PROMPTS if name in body])
    return {
        **_left("requests", _REQUESTS, 1),
        **_left("tokens", _tokens_of(body), _estimate(front_end, body, characters)),
        **(_left("input-images", _PICTURES, images) if images else {}),
    }


def used_up(error: ApiError, front_end: FrontEnd, body: Json) -> dict[str, str]:
    """The headers of a request that came when a limit was used up."""
    what = error.type if error.type == "tokens" else "requests"
    spent = {f"x-ratelimit-remaining-{what}": "0", f"x-ratelimit-reset-{what}": go_duration(_wait(error))}
    return {**rate_limits(front_end, body), **spent}


def _wait(error: ApiError) -> int:
    """The milliseconds that an error's headers tell to wait; one where they tell none that can be read."""
    for name, unit in (("retry-after-ms", 1), ("retry-after", 1000)):
        if _NUMBER.fullmatch(text := error.headers.get(name, "")):
            return max(1, round(float(text) * unit))
    return 1


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


def _estimate(front_end: FrontEnd, body: Json, characters: int) -> int:
    """The tokens taken off before anything is counted; some endpoints give those of a blocking request back."""
    if front_end.refunds and body.get("stream") is not True:
        return 0
    return characters // 4 + 3


def _extent(content: Any) -> tuple[int, int]:
    """The characters of all texts in a prompt, and the number of its images."""
    if isinstance(content, str):
        return len(content), 0
    if isinstance(content, dict):
        characters, images = _extent([content.get("content"), content.get("text")])
        return characters, images + (content.get("type") in _IMAGES)
    characters = images = 0
    for each in content if isinstance(content, list) else ():
        more = _extent(each)
        characters, images = characters + more[0], images + more[1]
    return characters, images
