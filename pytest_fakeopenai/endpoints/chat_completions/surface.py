"""What is known of the endpoint that makes chat completions. https://platform.openai.com/docs/api-reference/chat/create"""

from __future__ import annotations

from ...pipeline.surface import Surface
from ...replies.parts import Chunks, Reasoning, Refusal, Text, ToolCall
from ...sdk.params import Parameters
from ...wire.contract import chat as contract
from ...wire.contract.overrides.chat import CHAT
from ...wire.protocol import sse
from ...wire.protocol.front_end import FrontEnd
from .builder import ChatCompletionBuilder, encode
from .reading import read
from .replay import CompletionReplay

SURFACE = Surface(
    endpoint="chat.completions",
    carries=(Text, Chunks, ToolCall, Refusal, Reasoning),
    has_choices=True,
    parameters=Parameters("chat.completion_create_params.CompletionCreateParamsBase", CHAT),
    contract=contract,
    front_end=FrontEnd(older=True, metered=True, metered_errors=True),
    read=read,
    builder=ChatCompletionBuilder,
    whole="ChatCompletion",
    replay=CompletionReplay,
    encode=encode,
    done=sse.DONE,
)
SURFACES = [SURFACE]
