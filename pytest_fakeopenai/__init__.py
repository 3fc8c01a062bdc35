"""A pytest fixture that gives a test its own OpenAI.

The names below are all that a test imports. They are loaded when they are first used, because pytest imports this
package in every run of an environment that has it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app
    from .fake import FakeOpenAI, FakeOpenAIServer, FakeOpenAIWarning, VerdictError
    from .faults import (
        ApiError,
        ContextLengthExceeded,
        Disconnect,
        Garbage,
        InvalidKey,
        Overloaded,
        QuotaExceeded,
        RateLimit,
        ServerError,
        Timeout,
    )
    from .guard import EscapedClientError
    from .journal import RecordedRequest, Requests
    from .replies import Chunks, FileSearch, Logprob, Reasoning, Refusal, Reply, Text, ToolCall
    from .script import Rule
    from .timing import Delay, Gate, Pace

__version__ = "0.1.0"

_HOMES = {
    "ApiError": "faults",
    "Chunks": "replies",
    "ContextLengthExceeded": "faults",
    "Delay": "timing",
    "Disconnect": "faults",
    "EscapedClientError": "guard",
    "FakeOpenAI": "fake",
    "FakeOpenAIServer": "fake",
    "FakeOpenAIWarning": "fake",
    "FileSearch": "replies",
    "Garbage": "faults",
    "Gate": "timing",
    "InvalidKey": "faults",
    "Logprob": "replies",
    "Overloaded": "faults",
    "Pace": "timing",
    "QuotaExceeded": "faults",
    "RateLimit": "faults",
    "Reasoning": "replies",
    "RecordedRequest": "journal",
    "Refusal": "replies",
    "Reply": "replies",
    "Requests": "journal",
    "Rule": "script",
    "ServerError": "faults",
    "Text": "replies",
    "Timeout": "faults",
    "ToolCall": "replies",
    "VerdictError": "fake",
    "create_app": "app",
}

__all__ = [
    "ApiError",
    "Chunks",
    "ContextLengthExceeded",
    "Delay",
    "Disconnect",
    "EscapedClientError",
    "FakeOpenAI",
    "FakeOpenAIServer",
    "FakeOpenAIWarning",
    "FileSearch",
    "Garbage",
    "Gate",
    "InvalidKey",
    "Logprob",
    "Overloaded",
    "Pace",
    "QuotaExceeded",
    "RateLimit",
    "Reasoning",
    "RecordedRequest",
    "Refusal",
    "Reply",
    "Requests",
    "Rule",
    "ServerError",
    "Text",
    "Timeout",
    "ToolCall",
    "VerdictError",
    "create_app",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
