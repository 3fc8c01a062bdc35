"""Pointing a client that exists already at another server, and back again."""

from __future__ import annotations

import re
from typing import Any

import openai

from . import pool

AnyClient = openai.OpenAI | openai.AsyncOpenAI
_SAVED = ("_base_url", "_azure_endpoint", "_client")


class Adoption:
    """A client that speaks to another server until `release()`; TypeError for what is not an OpenAI client.

    A client with the SDK's own HTTP client gets ours meanwhile: it knows of no proxy, and the asynchronous one works in
    any event loop, for a client of a module outlives the loop of each test.
    """

    def __init__(self, client: AnyClient, root: str) -> None:
        if not isinstance(client, AnyClient):
            raise TypeError(f"adopt() takes an OpenAI client, got {type(client).__name__}: {client!r}")
        self._client: Any = client
        self._saved = {name: getattr(client, name) for name in _SAVED if hasattr(client, name)}
        self._point(root)

    def _point(self, root: str) -> None:
        azure = isinstance(self._client, (openai.AzureOpenAI, openai.AsyncAzureOpenAI))
        path = _azure_path(self._saved["_base_url"].path) if azure else "/v1"
        self._client.base_url = f"{root}{path}"
        if self._saved.get("_azure_endpoint") is not None:
            self._client._azure_endpoint = type(self._client.base_url)(root)
        if _is_default(self._client._client):
            is_async = isinstance(self._client, openai.AsyncOpenAI)
            self._client._client = pool.loop_http() if is_async else pool.http()

    def release(self) -> None:
        """Put the client back as it was."""
        for name, value in self._saved.items():
            setattr(self._client, name, value)


def _azure_path(path: str) -> str:
    """Azure's own part of a base URL's path, with the deployment where there is one: what precedes is a gateway's."""
    match = re.search(r"/openai(?=/|$).*", path.rstrip("/"))
    return match[0] if match else "/openai"


def _is_default(http_client: object) -> bool:
    """Whether the SDK made the HTTP client itself; the classes that it exports are for the application to use."""
    exported = (openai.DefaultHttpxClient, openai.DefaultAsyncHttpxClient)
    return type(http_client).__module__.startswith("openai.") and type(http_client) not in exported
