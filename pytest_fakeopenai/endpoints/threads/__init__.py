"""Threads, their messages, and runs, which the script answers. https://platform.openai.com/docs/api-reference/threads"""

from __future__ import annotations

from ...pipeline.generate import scripted
from ...pipeline.operate import operate
from ...pipeline.operation import Operation
from . import messages, operations
from .surface import CREATE, CREATE_WITH_THREAD, SUBMIT_OUTPUTS

_THREAD = "/threads/{thread_id}"
_RUN = f"{_THREAD}/runs/{{run_id}}"

ROUTES = [
    Operation("POST", "/threads", "threads.create", operate(messages.create_thread)),
    scripted("POST", "/threads/runs", CREATE_WITH_THREAD),
    Operation("POST", f"{_THREAD}/messages", "threads.messages.create", operate(messages.create_message)),
    scripted("POST", f"{_THREAD}/runs", CREATE),
    Operation("GET", f"{_THREAD}/runs", "threads.runs.list", operate(operations.list_runs)),
    Operation("GET", _RUN, "threads.runs.retrieve", operate(operations.retrieve)),
    Operation("POST", _RUN, "threads.runs.update", operate(operations.update)),
    Operation("GET", f"{_RUN}/steps", "threads.runs.steps.list", operate(operations.list_steps)),
    Operation("GET", f"{_RUN}/steps/{{step_id}}", "threads.runs.steps.retrieve", operate(operations.retrieve_step)),
    Operation("POST", f"{_RUN}/cancel", "threads.runs.cancel", operate(operations.cancel)),
    scripted("POST", f"{_RUN}/submit_tool_outputs", SUBMIT_OUTPUTS),
]
