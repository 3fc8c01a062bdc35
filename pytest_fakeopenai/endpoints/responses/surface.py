"""What is known of the endpoint that makes responses. https://platform.openai.com/docs/api-reference/responses/create"""

from __future__ import annotations

from ...pipeline.surface import Surface
from ...replies.parts import Chunks, FileSearch, Reasoning, Refusal, Text, ToolCall
from ...sdk.params import Parameters
from ...wire.contract import responses as contract
from ...wire.contract.overrides.responses import RESPONSES
from ...wire.protocol.front_end import FrontEnd
from .background import build
from .builder import encode
from .built_in_calls import BUILT_IN_CALLS
from .file_search import echo_best_chunk
from .reading import read
from .response_replay import ResponseReplay

SURFACE = Surface(
    endpoint="responses",
    carries=(Text, Chunks, ToolCall, Refusal, Reasoning, FileSearch),
    built_in_calls=tuple(BUILT_IN_CALLS),
    parameters=Parameters("responses.response_create_params.ResponseCreateParamsBase", RESPONSES),
    contract=contract,
    front_end=FrontEnd(metered=True, refunds=True, proxied=False, restates=True),
    read=read,
    builder=build,
    whole="Response",
    replay=ResponseReplay,
    encode=encode,
    echo=echo_best_chunk,
)
SURFACES = [SURFACE]
