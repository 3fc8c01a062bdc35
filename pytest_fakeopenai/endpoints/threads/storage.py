"""Where threads, messages, runs and steps are stored, which run is active on a thread, and the settings of a run.

https://platform.openai.com/docs/api-reference/runs/createRun
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...pipeline.collections import CollectionPath, CollectionView, Identify
from ...pipeline.context import RequestContext
from ...state.store import Record
from ...wire.json_values import as_text
from ...wire.protocol.call import Json
from ..assistants.tools import completed
from . import refusals
from .run import Run, new_body
from .steps import SearchContent


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    """A run that is completed."""
    run = new_body("", now, ids["thread_id"], settled({}, {"id": identify("assistant")}))
    usage = dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), 0)
    return {**run, "status": "completed", "started_at": now, "completed_at": now, "expires_at": None, "usage": usage}


THREADS = CollectionPath("/threads")
MESSAGES = CollectionPath("/threads/{thread_id}/messages")
RUNS = CollectionPath[Run]("/threads/{thread_id}/runs", _assumed)
STEPS = CollectionPath[SearchContent]("/threads/{thread_id}/runs/{run_id}/steps")


def find_thread(context: RequestContext, thread_id: str) -> Record:
    """The thread with this id; ApiError where there is none."""
    return THREADS.view(context).get(thread_id)


def add_run(context: RequestContext, body: Json, settings: Json) -> Run:
    """Store a run with this object and these settings."""
    ids = {"thread_id": body["thread_id"], "run_id": body["id"]}
    steps, messages = STEPS.view(context, **ids), MESSAGES.view(context, **ids)
    run = Run(context.world.ids, body, settings, steps=steps.records, messages=messages.records)
    RUNS.view(context, **ids).records.put(run.record)
    return run


def runs(context: RequestContext, thread_id: str) -> CollectionView[Run]:
    """The runs of a thread, once those whose `expires_at` has come are expired, as the API does by itself."""
    collection = RUNS.view(context, thread_id=thread_id)
    for record in collection.records.records():
        if (run := record.data) is not None:
            run.expire_in_time()
    return collection


def find_run(context: RequestContext) -> Record[Run]:
    """The run that a request's path names; ApiError where it, or its thread, is not there."""
    thread_id = context.path["thread_id"]
    find_thread(context, thread_id)
    return runs(context, thread_id).get(context.path["run_id"])


def waiting_run(context: RequestContext) -> Run:
    """The run that a request's path names, which waits for outputs; ApiError where it does not.

    One that is only assumed to exist is assumed to wait, however often.
    """
    record = find_run(context)
    run = record.data
    if run is not None and run.body["status"] == "requires_action":
        return run
    if record.assumed:
        return _adopted(context, record.body)
    raise refusals.no_outputs_wanted(record.body["status"])


def _adopted(context: RequestContext, body: Json) -> Run:
    settings = settings_of(settled(body, {"id": body.get("assistant_id")}))
    fresh = new_body(body["id"], context.world.ids.now(), context.path["thread_id"], settings)
    waiting = {"status": "requires_action", "expires_at": fresh["expires_at"], "completed_at": None}
    run = add_run(context, {**fresh, **body, **waiting}, settings)
    run.record.assumed = True
    return run


def active_run(context: RequestContext, thread_id: str) -> str | None:
    """The id of the run that is active on a thread, and so locks it; None where there is none."""
    records = (record.data for record in runs(context, thread_id).records.records())
    return next((run.body["id"] for run in records if run is not None and run.is_active), None)


_ASSUMED = "gpt-4o"  # the model of an assistant of which no more is known than that it exists
_TRUNCATION = {"type": "auto", "last_messages": None}


def settled(request: Json, assistant: Json) -> Json:
    """The request for a run by an assistant, with every setting in it."""
    return {
        **request,
        "assistant_id": assistant["id"],
        "model": model_of(request, assistant),
        "instructions": _instructions(request, assistant),
        "tools": completed(_first(request.get("tools"), assistant.get("tools"), [])),
        "tool_resources": request.get("tool_resources") or {},
        "metadata": request.get("metadata") or {},
        "temperature": _first(request.get("temperature"), assistant.get("temperature"), 1.0),
        "top_p": _first(request.get("top_p"), assistant.get("top_p"), 1.0),
        "reasoning_effort": _first(request.get("reasoning_effort"), assistant.get("reasoning_effort")),
        "max_completion_tokens": request.get("max_completion_tokens"),
        "max_prompt_tokens": request.get("max_prompt_tokens"),
        "truncation_strategy": {**_TRUNCATION, **(request.get("truncation_strategy") or {})},
        "response_format": _first(request.get("response_format"), assistant.get("response_format"), "auto"),
        "tool_choice": request.get("tool_choice") or "auto",
        "parallel_tool_calls": request.get("parallel_tool_calls") is not False,
    }


def settings_of(request: Json) -> Json:
    """The settings in such a request."""
    return {name: request[name] for name in settled({}, {"id": ""})}


def model_of(request: Json, assistant: Json) -> str:
    """The model of a run."""
    return as_text(request.get("model")) or as_text(assistant.get("model")) or _ASSUMED


def _instructions(request: Json, assistant: Json) -> str | None:
    """The request's instructions or the assistant's, and what the request adds to them."""
    parts = (_first(request.get("instructions"), assistant.get("instructions")), request.get("additional_instructions"))
    return "\n".join(filter(None, parts)) or None


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
