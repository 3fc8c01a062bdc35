"""The client of the module `openai` itself, as in `openai.chat.completions.create(…)`, pointed at the newest fake."""

from __future__ import annotations

import os
import threading
from typing import Any

import openai

from .pool import API_VERSION

# What the module makes its client of, and where it goes. Its key, timeout and the like are the application's.
_SETTINGS = ("api_type", "api_version", "azure_endpoint", "base_url")


def settings() -> dict[str, Any]:
    """The module's settings that a fake changes, as they are."""
    return {name: getattr(openai, name) for name in _SETTINGS}


class ModuleClient:
    """Has the module make its client anew for each fake; the last fake to go restores what was there.

    The module reads the environment when it is first used, and keeps what it found there. It refuses to choose between
    OpenAI and Azure where the environment has keys for both, as that of a fake does: the choice is made for it.
    """

    def __init__(self) -> None:
        self._module: Any = openai
        self._fakes = 0
        self._client: Any = None
        self._original: dict[str, Any] = {}
        self._ours: dict[str, set[Any]] = {}
        self._lock = threading.Lock()

    def point(self, root: str) -> None:
        """Have the next use of the module go to the fake at this root, to which the environment points."""
        with self._lock:
            if not self._fakes:
                self._save()
            self._fakes += 1
            self._ours["azure_endpoint"].add(root)
            self._ours["api_version"].add(API_VERSION)
            self._module._client = None
            self._module.azure_endpoint = None

    def release(self) -> None:
        """Have it go to the fake that is newest by now, or where it went before there was any."""
        with self._lock:
            self._fakes -= 1
            self._module._client = None if self._fakes else self._client
            self._module.azure_endpoint = None
            if not self._fakes:
                self._restore()

    def _save(self) -> None:
        """Note what the module has, and put ours in its place."""
        self._client = self._module._client
        self._original = settings()
        values = self._original | {"api_type": self._api_type(), "azure_endpoint": None, "base_url": None}
        self._ours = {name: {value} for name, value in values.items()}
        for name, value in values.items():
            setattr(self._module, name, value)

    def _api_type(self) -> str:
        """What the application chose; Azure's where it names an endpoint there itself, as the environment does not."""
        endpoint = self._module.azure_endpoint
        chosen = endpoint is not None and endpoint != os.environ.get("AZURE_OPENAI_ENDPOINT")
        return self._module.api_type or ("azure" if chosen else "openai")

    def _restore(self) -> None:
        """Put back what was there, except where the application has set something else meanwhile."""
        for name, value in self._original.items():
            if getattr(self._module, name) in self._ours[name]:
                setattr(self._module, name, value)


MODULE_CLIENT = ModuleClient()
