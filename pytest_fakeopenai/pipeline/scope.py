"""ASGI: its messages and callables, and the keys under which the server leaves what it knows in a scope."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Where the middleware leaves, in a scope, what it learned from the URL.
WORLD = "fake_openai_world"
SHOWN_PATH = "fake_openai_path"
DEPLOYMENT = "fake_openai_deployment"
ADDRESS = "fake_openai_address"

# Where the server leaves, in a scope's extensions, the connection's transport.
TRANSPORT = "pytest_fakeopenai.transport"
