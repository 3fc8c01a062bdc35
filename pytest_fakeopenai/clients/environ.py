"""The environment variables that point every OpenAI client at the fake, and their restoration."""

from __future__ import annotations

import os
import threading

from ..settings import MEMORY_HOST

NAMES = (
    "OPENAI_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "AZURE_OPENAI_ENDPOINT",
    "AZURE_OPENAI_API_KEY",
    "OPENAI_API_VERSION",
    "OPENAI_API_TYPE",
    "OPENAI_WEBHOOK_SECRET",
    "NO_PROXY",
    "no_proxy",
)
_LOCAL = "127.0.0.1,localhost"


def variables(root: str, api_key: str, api_version: str, webhook_secret: str) -> dict[str, str]:
    """The variables for a process whose clients shall speak to the server at this root; no proxy stands between."""
    ours = MEMORY_HOST if MEMORY_HOST in root else _LOCAL
    hosts = (_without_proxy("NO_PROXY", ours), _without_proxy("no_proxy", ours))
    api_type = os.environ.get("OPENAI_API_TYPE") or "openai"  # the module `openai` cannot choose: both have a key
    values = (f"{root}/v1", api_key, api_key, root, api_key, api_version, api_type, webhook_secret, *hosts)
    return dict(zip(NAMES, values, strict=True))


def _without_proxy(name: str, ours: str) -> str:
    """The hosts without proxy and ours; either spelling counts, for programs read the lower one first."""
    present = os.environ.get(name) or os.environ.get(name.swapcase(), "")
    if ours in present or present.strip() == "*":
        return present
    return ",".join(filter(None, (present, ours)))


class Patches:
    """Sets of variables on top of the environment's; the newest wins, and the last to go restores what was there."""

    def __init__(self) -> None:
        self._layers: list[dict[str, str]] = []
        self._original: dict[str, str | None] = {}
        self._lock = threading.Lock()

    def push(self, layer: dict[str, str]) -> None:
        """Set the variables, on top of the sets that are there."""
        with self._lock:
            if not self._layers:
                self._original = {name: os.environ.get(name) for name in layer}
            self._layers.append(layer)
            os.environ.update(layer)

    def remove(self, layer: dict[str, str]) -> None:
        """Take a set of variables away, wherever it lies among the others."""
        with self._lock:
            self._layers = [each for each in self._layers if each is not layer]
            if self._layers:
                os.environ.update(self._layers[-1])
            else:
                self._restore()

    def _restore(self) -> None:
        for name, value in self._original.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


PATCHES = Patches()
