"""The environment variables that point every OpenAI client at the fake, and their restoration."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, MutableMapping

from ..settings import MEMORY_HOST

# By what they hold. Besides the official clients' there are those that frameworks read, some of them first.
_BASE_URLS = (
    "OPENAI_BASE_URL",
    "OPENAI_API_BASE",  # langchain, llama-index, litellm, crewai, mem0, aider
    "OPENAI_API_BASE_URL",  # camel
    "OPENAI_COMPATIBILITY_API_BASE_URL",  # camel
    "OPENAI_LIKE_API_BASE",  # litellm
    "OPENAI_CHATGPT_API_BASE",  # litellm
    "CHATGPT_API_BASE",  # litellm
)
_KEYS = (
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "OPENAI_COMPATIBILITY_API_KEY",
    "OPENAI_LIKE_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_KEY",  # browser-use
    "AZURE_API_KEY",  # litellm, crewai, agno, aisuite, the AI SDK
)
_AZURE_ENDPOINTS = (
    "AZURE_OPENAI_ENDPOINT",
    "AZURE_OPENAI_BASE_URL",  # camel
    "AZURE_API_BASE",  # litellm, crewai
)
_API_VERSIONS = (
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_API_VERSION",  # crewai, agno, haystack, langchain.js
    "AZURE_API_VERSION",  # litellm, crewai, aisuite
)
_OTHERS = (
    "AZURE_OPENAI_BASE_PATH",  # langchain.js
    "OPENAI_WEBSOCKET_BASE_URL",  # openai-agents
    "OPENAI_WEBHOOK_SECRET",
    "OPENAI_API_TYPE",
    "OPENAI_PROXY",  # langchain
    "OPENAI_AGENTS_DISABLE_TRACING",  # openai-agents posts its traces to OpenAI, whatever the base URL
    "NO_PROXY",
    "no_proxy",
)
NAMES = (*_BASE_URLS, *_KEYS, *_AZURE_ENDPOINTS, *_API_VERSIONS, *_OTHERS)
_LOCAL = "127.0.0.1,localhost"


def variables(root: str, api_key: str, api_version: str, webhook_secret: str) -> dict[str, str]:
    """The variables for a process whose clients shall speak to the server at this root; no proxy stands between."""
    ours = MEMORY_HOST if MEMORY_HOST in root else _LOCAL
    hosts = (_without_proxy("NO_PROXY", ours), _without_proxy("no_proxy", ours))
    path, websocket_url = f"{root}/openai/deployments", f"ws{root.removeprefix('http')}/v1"
    api_type = os.environ.get("OPENAI_API_TYPE") or "openai"  # the module `openai` cannot choose: both have a key
    return {
        **dict.fromkeys(_BASE_URLS, f"{root}/v1"),
        **dict.fromkeys(_KEYS, api_key),
        **dict.fromkeys(_AZURE_ENDPOINTS, root),
        **dict.fromkeys(_API_VERSIONS, api_version),
        **dict(zip(_OTHERS, (path, websocket_url, webhook_secret, api_type, "", "1", *hosts), strict=True)),
    }


def _without_proxy(name: str, ours: str) -> str:
    """The hosts without proxy and ours; either spelling counts, for programs read the lower one first."""
    present = os.environ.get(name) or os.environ.get(name.swapcase(), "")
    if ours in present or present.strip() == "*":
        return present
    return ",".join(filter(None, (present, ours)))


class Patches:
    """Sets of variables on top of the environment's; the newest wins, and the last to go restores what was there.

    A test may put another mapping in the place of `os.environ`: each that was there for a set is restored.
    """

    def __init__(self) -> None:
        self._layers: list[dict[str, str]] = []
        self._originals: list[tuple[MutableMapping[str, str], dict[str, str | None]]] = []
        self._lock = threading.Lock()

    def push(self, layer: dict[str, str]) -> None:
        """Set the variables, on top of the sets that are there."""
        with self._lock:
            if not any(each is os.environ for each, _ in self._originals):
                self._originals.append((os.environ, {name: os.environ.get(name) for name in layer}))
            self._layers.append(layer)
            os.environ.update(layer)

    def remove(self, layer: dict[str, str]) -> None:
        """Take a set of variables away, wherever it lies among the others."""
        with self._lock:
            self._layers = [each for each in self._layers if each is not layer]
            for environ, original in self._originals:
                _set(environ, self._layers[-1] if self._layers else original)
            if not self._layers:
                self._originals.clear()


def _set(environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value


PATCHES = Patches()
