"""What is known of the endpoints that have a run go on. https://platform.openai.com/docs/api-reference/runs"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...pipeline.context import RequestContext
from ...pipeline.surface import Cut, Surface
from ...replies.parts import Chunks, FileSearch, Reasoning, Refusal, Text, ToolCall
from ...replies.reply import Reply
from ...sdk.params import Parameters
from ...wire.contract import runs as contract
from ...wire.contract.overrides import Override
from ...wire.contract.overrides.runs import OUTPUTS, RUNS
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from ..chat_completions.unpacking import unpack
from .builder import Continued, NewRun, NewThread, RunBuilder
from .file_search import echo_best_chunk
from .reading import named_model, read_outputs, read_run, read_thread_and_run


def _surface(
    endpoint: str,
    overrides: Sequence[Override],
    read: Callable[[Json, RequestContext], Call],
    builder: Callable[[Call, Reply, RequestContext, Cut], RunBuilder],
) -> Surface:
    return Surface(
        endpoint=endpoint,
        family="threads.runs",
        carries=(Text, Chunks, ToolCall, Refusal, Reasoning, FileSearch),
        parameters=Parameters(overrides=overrides),
        contract=contract,
        read=read,
        model_of=named_model,
        builder=builder,
        whole="ChatCompletion",
        unpack=unpack,
        encode=sse.pretty,
        echo=echo_best_chunk,
    )


CREATE = _surface("threads.runs.create", RUNS, read_run, NewRun)
CREATE_WITH_THREAD = _surface("threads.create_and_run", RUNS, read_thread_and_run, NewThread)
SUBMIT_OUTPUTS = _surface("threads.runs.submit_tool_outputs", OUTPUTS, read_outputs, Continued)
SURFACES = [CREATE, CREATE_WITH_THREAD, SUBMIT_OUTPUTS]
