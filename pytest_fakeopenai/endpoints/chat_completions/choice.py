"""One choice of a chat completion in the making. https://platform.openai.com/docs/api-reference/chat/object"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...replies.reply import Reply
from ...wire.billing.answer import Output
from ...wire.protocol.call import Json
from .spoken import SpokenMessage


@dataclass
class Choice:
    """One choice: the message so far, and what its reply says of the whole.

    `audio` is what is said aloud, where that is asked for. `parallel` tells whether its reply makes several calls,
    which has a shape of its own on the wire.
    """

    reply: Reply
    audio: SpokenMessage | None = None
    parallel: bool = False
    started: bool = False
    ended: bool = False
    content: str | None = None
    refusal: str | None = None
    calls: list[Json] = field(default_factory=list)
    thoughts: dict[str, str] = field(default_factory=dict)
    logprobs: list[Json] = field(default_factory=list)
    output: Output = field(default_factory=Output)
    call_ids: Iterator[str] = field(default_factory=lambda: iter(()))

    def says_nothing(self, text: str, before: str | None) -> bool:
        """Whether a text, or refusal, is empty, in a message that has begun without any."""
        return self.started and not text and before is None
