"""A pytest fixture that gives a test its own OpenAI.

The names below are all that a test imports. They are loaded when they are first used, because pytest imports this
package in every run of an environment that has it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app
    from .clients.guard import EscapedClientError
    from .fake import FakeOpenAI, VerdictError
    from .fake_server import FakeOpenAIServer
    from .notices import FakeOpenAIWarning
    from .pipeline.forms import Upload
    from .replies.answers import Patch, Vectors
    from .replies.faults import (
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
        Truncate,
    )
    from .replies.logprobs import Logprob
    from .replies.parts import Chunks, FileSearch, Reasoning, Refusal, Structured, Text, ToolCall
    from .replies.raw import RawResponse
    from .replies.reply import Reply
    from .replies.timing import Delay, Gate, Pace
    from .settings import FakeOptions
    from .state.conditions import RequestConditions
    from .state.journal import Requests
    from .state.request import RecordedRequest
    from .state.script import Rule
    from .webhooks import WebhookDelivery

__version__ = "0.1.0"

_HOMES = {
    "ApiError": "replies.faults",
    "Chunks": "replies.parts",
    "ContextLengthExceeded": "replies.faults",
    "Delay": "replies.timing",
    "Disconnect": "replies.faults",
    "EscapedClientError": "clients.guard",
    "FakeOpenAI": "fake",
    "FakeOpenAIServer": "fake_server",
    "FakeOpenAIWarning": "notices",
    "FakeOptions": "settings",
    "FileSearch": "replies.parts",
    "Garbage": "replies.faults",
    "Gate": "replies.timing",
    "InvalidKey": "replies.faults",
    "Logprob": "replies.logprobs",
    "Overloaded": "replies.faults",
    "Pace": "replies.timing",
    "Patch": "replies.answers",
    "QuotaExceeded": "replies.faults",
    "RateLimit": "replies.faults",
    "RawResponse": "replies.raw",
    "Reasoning": "replies.parts",
    "RecordedRequest": "state.request",
    "Refusal": "replies.parts",
    "Reply": "replies.reply",
    "RequestConditions": "state.conditions",
    "Requests": "state.journal",
    "Rule": "state.script",
    "ServerError": "replies.faults",
    "Structured": "replies.parts",
    "Text": "replies.parts",
    "Timeout": "replies.faults",
    "ToolCall": "replies.parts",
    "Truncate": "replies.faults",
    "Upload": "pipeline.forms",
    "Vectors": "replies.answers",
    "VerdictError": "fake",
    "WebhookDelivery": "webhooks",
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
    "FakeOptions",
    "FileSearch",
    "Garbage",
    "Gate",
    "InvalidKey",
    "Logprob",
    "Overloaded",
    "Pace",
    "Patch",
    "QuotaExceeded",
    "RateLimit",
    "RawResponse",
    "Reasoning",
    "RecordedRequest",
    "Refusal",
    "Reply",
    "RequestConditions",
    "Requests",
    "Rule",
    "ServerError",
    "Structured",
    "Text",
    "Timeout",
    "ToolCall",
    "Truncate",
    "Upload",
    "Vectors",
    "VerdictError",
    "WebhookDelivery",
    "create_app",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
