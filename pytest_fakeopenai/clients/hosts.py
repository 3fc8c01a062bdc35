"""Which hosts are OpenAI's own, or Microsoft's for OpenAI's models, however their names are written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from ..settings import MEMORY_HOST

# https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks and the same of other clouds.
_AZURE = (
    "openai.azure.com",
    "services.ai.azure.com",
    "cognitiveservices.azure.com",
    "api.cognitive.microsoft.com",
    "openai.azure.us",
    "services.ai.azure.us",
    "cognitiveservices.azure.us",
    "api.cognitive.microsoft.us",
    "openai.azure.cn",
    "services.ai.azure.cn",
    "cognitiveservices.azure.cn",
    "api.cognitive.azure.cn",
)
_DOMAINS = ("openai.com", "openai.org", "chatgpt.com", "oaiusercontent.com", "oaistatic.com", *_AZURE)
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # which IDNA reads as the dots between labels

Owner = Literal["openai", "memory"]


def owner_of(host: object) -> Owner | None:
    """Whose a host is: OpenAI's, a fake's in memory, or None for anybody else's and for what is no name."""
    if isinstance(host, (bytes, bytearray)):
        host = bytes(host).decode("utf-8", "replace")
    return _owner(host) if isinstance(host, str) else None


@lru_cache(maxsize=1024)  # every connection is looked at
def _owner(host: str) -> Owner | None:
    name = _plain(host)
    if name == MEMORY_HOST:
        return "memory"
    is_ours = any(name == domain or name.endswith(f".{domain}") for domain in _DOMAINS)
    return "openai" if is_ours else None


def _plain(host: str) -> str:
    """The name as name servers know it: in ASCII and in lower case, without the dot of the root."""
    if not host.isascii():
        host = _in_ascii(_DOTS.sub(".", host))
    return host.lower().rstrip(".")


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return unicodedata.normalize("NFKC", host)
