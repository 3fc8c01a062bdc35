"""What is known of the endpoint that makes legacy completions."""

from __future__ import annotations

from ...pipeline.surface import Surface
from ...replies.parts import Chunks, Text
from ...sdk.params import Parameters
from ...wire.contract import completions as contract
from ...wire.contract.overrides.completions import COMPLETIONS
from ...wire.protocol import sse
from ...wire.protocol.front_end import FrontEnd
from .builder import CompletionBuilder, encode
from .reading import read
from .replay import CompletionReplay

SURFACE = Surface(
    endpoint="completions",
    carries=(Text, Chunks),
    has_choices=True,
    parameters=Parameters("completion_create_params.CompletionCreateParamsBase", COMPLETIONS),
    contract=contract,
    front_end=FrontEnd(older=True, metered=True, legacy=True),
    read=read,
    builder=CompletionBuilder,
    whole="Completion",
    replay=CompletionReplay,
    encode=encode,
    done=sse.DONE,
    stream_type="text/event-stream",
)
SURFACES = [SURFACE]
