"""The headers of an answer, and the layout of an error: both tell which front end an endpoint is behind."""

from __future__ import annotations

import re

from ...replies.faults import ApiError
from ..models import resolved
from . import errors, sse
from .call import Json
from .front_end import FrontEnd
from .rate_limits import rate_limits, used_up

_TURNED_AWAY = (401, 404, 429)
_UNREADABLE = {errors.malformed_json().message, errors.missing_model().message}
ORGANIZATION = "org-fakeopenai"
_SERVER = {
    "openai-organization": ORGANIZATION,
    "openai-project": "proj_fakeopenai",
    "openai-version": "2020-10-01",
}
_UNFIT = re.compile(r"[^ -~]")  # what a header cannot say
_LEGACY = {
    "cache-control": "no-cache, must-revalidate",
    "access-control-allow-origin": "*",
    "via": "envoy-router-fakeopenai",
}


def of_answer(front_end: FrontEnd, body: Json) -> dict[str, str]:
    """The headers of an answer to a request with this body."""
    headers = {**_SERVER, "access-control-expose-headers": "X-Request-ID", **rate_limits(front_end, body)}
    if front_end.proxied:
        headers["x-openai-proxy-wasm"] = "v0.1"
    if front_end.legacy:
        headers.update({"openai-model": _UNFIT.sub("?", resolved(str(body.get("model")))), **_LEGACY})
    return headers


def of_error(error: ApiError, front_end: FrontEnd, body: Json) -> dict[str, str]:
    """The headers of an error, but for its own."""
    limited = error.status == 429 and error.code == "rate_limit_exceeded"
    limits = used_up(error, front_end, body) if limited else {}
    if is_turned_away(error, front_end):
        return {"content-type": f"{sse.JSON}; charset=utf-8", "vary": "Origin", **limits}
    if _is_wrong_key(error, front_end):
        return {"content-type": "text/plain; charset=utf-8", **_server_of(error)}
    if error.status == 400 and front_end.metered_errors:
        limits = rate_limits(front_end, body)
    return {"content-type": sse.JSON, **_server_of(error), **limits}


def _server_of(error: ApiError) -> dict[str, str]:
    if error.status != 401:
        return _SERVER
    return {"openai-version": _SERVER["openai-version"], "www-authenticate": 'Bearer realm="OpenAI API"'}


def timed(headers: dict[str, str], seconds: float) -> dict[str, str]:
    """The headers with the time that the answer took, at least a millisecond, where they tell of a server."""
    if "openai-version" not in headers:
        return headers
    return {**headers, "openai-processing-ms": str(1 + round(seconds * 1000)) if seconds else "1"}


def envelope_of(error: ApiError, front_end: FrontEnd, model: str) -> Json:
    """The JSON of an error that answers a request for a model."""
    content = error.body(model)
    if _is_wrong_key(error, front_end):
        last = {"param": content["param"]}
        return {"error": {**{key: content[key] for key in content if key != "param"}, **last}, "status": error.status}
    return {"error": content, **(error.beside if isinstance(error, errors.UnbilledError) else {})}


def encode_error(error: ApiError, front_end: FrontEnd, envelope: Json) -> bytes:
    """The body of an error in the layout of its front end."""
    return sse.pretty(envelope, 4) + b"\n" if is_turned_away(error, front_end) else sse.pretty(envelope)


def _is_wrong_key(error: ApiError, front_end: FrontEnd) -> bool:
    """Whether an error turns away a key of the API's own look, where that is said in a form of its own."""
    is_rejected = (error.status, error.code) == (401, "invalid_api_key")
    return is_rejected and front_end.restates and error.message.startswith(f"{errors.WRONG_KEY} sk-")


def is_turned_away(error: ApiError, front_end: FrontEnd) -> bool:
    """Whether an error comes from the front end of the older endpoints."""
    return front_end.older and (error.status in _TURNED_AWAY or error.message in _UNREADABLE)
