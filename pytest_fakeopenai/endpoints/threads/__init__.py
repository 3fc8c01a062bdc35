"""Threads, their messages, and runs, which the script answers. https://platform.openai.com/docs/api-reference/threads"""

from __future__ import annotations

from collections.abc import Callable

from ...pipeline.context import RequestContext
from ...pipeline.operation import Operation, generate, operate
from ...pipeline.surface import Cut, Surface
from ...replies.reply import Reply
from ...wire.contract import runs as rules
from ...wire.protocol import sse
from ...wire.protocol.call import Call, Json
from . import creation, messages, operations
from .builder import Continued, NewRun, NewThread, RunBuilder, frame, is_piece, unpack
from .playing import RunReplyPlayer
from .reading import named_model, read_outputs, read_run, read_thread_and_run
from .searching import echo_found, list_steps, retrieve_step


def _surface(
    endpoint: str,
    read: Callable[[Json, RequestContext], Call],
    answer: Callable[[Call, Reply, RequestContext, Cut], RunBuilder],
) -> Surface:
    return Surface(
        endpoint=endpoint,
        read=read,
        rules=rules,
        answer=answer,
        whole="ChatCompletion",
        unpack=unpack,
        frame=frame,
        is_piece=is_piece,
        encode=sse.pretty,
        keep=None,
        model_of=named_model,
        echo=echo_found,
    )


_RUNS = _surface("threads.runs.create", read_run, NewRun)
_THREAD_RUNS = _surface("threads.create_and_run", read_thread_and_run, NewThread)
_OUTPUTS = _surface("threads.runs.submit_tool_outputs", read_outputs, Continued)

_THREAD = "/threads/{thread_id}"
_RUN = f"{_THREAD}/runs/{{run_id}}"

ROUTES = [
    Operation("POST", "/threads", "threads.create", operate(creation.create)),
    Operation("POST", "/threads/runs", _THREAD_RUNS.endpoint, generate(_THREAD_RUNS, RunReplyPlayer)),
    Operation("POST", f"{_THREAD}/messages", "threads.messages.create", operate(messages.create)),
    Operation("POST", f"{_THREAD}/runs", _RUNS.endpoint, generate(_RUNS, RunReplyPlayer)),
    Operation("GET", f"{_THREAD}/runs", "threads.runs.list", operate(operations.list_runs)),
    Operation("GET", _RUN, "threads.runs.retrieve", operate(operations.retrieve)),
    Operation("POST", _RUN, "threads.runs.update", operate(operations.update)),
    Operation("GET", f"{_RUN}/steps", "threads.runs.steps.list", operate(list_steps)),
    Operation("GET", f"{_RUN}/steps/{{step_id}}", "threads.runs.steps.retrieve", operate(retrieve_step)),
    Operation("POST", f"{_RUN}/cancel", "threads.runs.cancel", operate(operations.cancel)),
    Operation("POST", f"{_RUN}/submit_tool_outputs", _OUTPUTS.endpoint, generate(_OUTPUTS, RunReplyPlayer)),
]
