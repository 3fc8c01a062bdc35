"""Work that takes several requests, each of which may have something wrong in it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .fuzzing import Sent, encoded, mutated
from .fuzzing_operations import FIRST, FORM, LAST, WHO, form_of

Json = dict[str, Any]
Step = tuple[str, str, Json | None]

_HI: Json = {"role": "user", "content": "Hi {{item.word}}"}
_CHECK = {"type": "string_check", "name": "a", "operation": "eq", "input": "{{sample.output_text}}", "reference": "Hi"}
_ALIKE = {
    "type": "text_similarity",
    "name": "b",
    "evaluation_metric": "bleu",
    "input": "{{item.word}}",
    "reference": "{{sample.output_json.a}}",
    "pass_threshold": 0.5,
}
_ROWS = {"type": "file_content", "content": [{"item": {"word": "x"}}, {"item": {}, "sample": {"output_text": "y"}}]}
_COMPLETIONS_RUN: Json = {
    "type": "completions",
    "model": "gpt-4o",
    "source": _ROWS,
    "input_messages": {
        "type": "template",
        "template": [_HI, {"role": "user", "content": {"type": "input_text", "text": "a"}}],
    },
    "sampling_params": {"temperature": 0.5, "max_completion_tokens": 5, "reasoning_effort": None},
}
_EXAMPLE = {"messages": [_HI, {"role": "assistant", "content": "Hello"}]}
_PAIR = {"input": {"messages": [_HI]}, "preferred_output": [_HI], "non_preferred_output": [_HI]}
_LINE = {
    "custom_id": "a",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "gpt-4o", "messages": [_HI]},
}
_TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
_THREAD: Json = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "metadata": {"a": "b"}}
_CONFIG = {"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": True}
_SESSION: Json = {"environment": {"type": "none"}, "agent": {"model": "gpt-5", "tools": []}, "input": "Hi"}
_INPUT_MESSAGE = {
    "type": "agent.session.input.message",
    "input": [{"role": "user", "content": [{"type": "input_text", "text": "a"}]}],
}
_ITEM = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}


def _trained(example: Json, **method: Any) -> list[Step]:
    file = {"file": [example] * 10, "purpose": "fine-tune"}
    job = {"model": "gpt-4o-mini", "training_file": LAST, "validation_file": LAST, **method}
    path = "/fine_tuning/jobs"
    return [("POST", "/files", file), ("POST", path, job), ("GET", f"{path}/{LAST}/events", None), ("GET", path, None)]


SCENARIOS: list[list[Step]] = [
    [
        ("POST", "/evals", {"data_source_config": _CONFIG, "testing_criteria": [_CHECK, _ALIKE]}),
        ("POST", f"/evals/{FIRST}/runs", {"data_source": _COMPLETIONS_RUN}),
        ("GET", f"/evals/{FIRST}/runs/{LAST}", None),
        ("GET", f"/evals/{FIRST}/runs/{LAST}/output_items", None),
    ],
    [
        ("POST", "/evals", {"data_source_config": {"type": "logs"}, "testing_criteria": [_CHECK]}),
        ("POST", f"/evals/{FIRST}/runs", {"data_source": {**_COMPLETIONS_RUN, "type": "responses"}}),
        ("GET", f"/evals/{FIRST}/runs", None),
    ],
    _trained(_EXAMPLE, hyperparameters={"n_epochs": 2, "batch_size": "auto"}, suffix="a"),
    _trained(_PAIR, method={"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}),
    _trained({"messages": [_HI]}, method={"type": "reinforcement", "reinforcement": {"grader": _CHECK}}),
    [
        ("POST", "/files", {"file": [_LINE, {**_LINE, "custom_id": "b"}], "purpose": "batch"}),
        (
            "POST",
            "/batches",
            {"input_file_id": LAST, "endpoint": "/v1/chat/completions", "completion_window": "24h"},
        ),
        ("GET", f"/batches/{LAST}", None),
        ("POST", f"/batches/{LAST}/cancel", {}),
    ],
    [
        ("POST", "/files", {"file": [{"text": "Cats purr."}], "purpose": "assistants"}),
        ("POST", "/vector_stores", {"file_ids": [FIRST], "chunking_strategy": {"type": "auto"}, "name": "a"}),
        (
            "POST",
            f"/vector_stores/{LAST}/search",
            {"query": ["cats"], "filters": {"type": "eq", "key": "a", "value": 1}},
        ),
        ("POST", f"/vector_stores/{LAST}/files", {"file_id": FIRST, "attributes": {"a": 1}}),
    ],
    [
        ("POST", "/assistants", {"model": "gpt-4o", "tools": [_TOOL, {"type": "file_search"}], "instructions": "a"}),
        ("POST", "/threads", _THREAD),
        ("POST", f"/threads/{LAST}/messages", {"role": "user", "content": "Hi", "attachments": []}),
        ("POST", "/threads/runs", {"assistant_id": FIRST, "thread": _THREAD, "tool_choice": "required"}),
    ],
    [
        ("POST", "/assistants", {"model": "gpt-4o", "tools": [_TOOL], "response_format": "auto"}),
        ("POST", "/threads", _THREAD),
        ("POST", f"/threads/{LAST}/runs", {"assistant_id": FIRST, "stream": True, "additional_messages": []}),
    ],
    [
        ("POST", "/agents/sessions", _SESSION),
        ("POST", f"/agents/sessions/{FIRST}/events", {"events": [_INPUT_MESSAGE]}),
        ("GET", f"/agents/sessions/{FIRST}/events", None),
        ("GET", f"/agents/sessions/{FIRST}/items", None),
    ],
    [
        ("POST", "/conversations", {"items": [_ITEM], "metadata": {"a": "b"}}),
        ("POST", "/responses", {"model": "gpt-4o", "conversation": FIRST, "input": [_ITEM], "background": True}),
        ("GET", f"/responses/{LAST}", None),
        ("GET", f"/conversations/{FIRST}/items", None),
    ],
    [
        ("POST", "/uploads", {"filename": "a.jsonl", "purpose": "batch", "bytes": 2, "mime_type": "text/jsonl"}),
        ("POST", f"/uploads/{FIRST}/parts", {"data": [{}]}),
        ("POST", f"/uploads/{FIRST}/complete", {"part_ids": [LAST]}),
    ],
]


@st.composite
def _scenarios(draw: st.DrawFn) -> list[Sent]:
    """The requests of some work, one or two of them, or the lines of their files, changed somewhere."""
    steps = draw(st.sampled_from(SCENARIOS))
    spoilt = draw(st.sets(st.integers(0, len(steps) - 1), max_size=2))
    return [
        draw(_step(step, times=1 + draw(st.integers(0, 1)) if at in spoilt else 0)) for at, step in enumerate(steps)
    ]


@st.composite
def _step(draw: st.DrawFn, step: Step, times: int) -> Sent:
    method, path, body = step
    for _ in range(times if body else 0):
        body = draw(mutated(body))
    if path in ("/files", f"/uploads/{FIRST}/parts") and isinstance(body, dict):
        return Sent(method, f"/v1{path}", (*WHO, FORM), form_of({name: _lines(value) for name, value in body.items()}))
    return Sent(method, f"/v1{path}", WHO, b"" if body is None else encoded(body))


def _lines(value: Any) -> Any:
    """A list as a file with a line for each element."""
    return b"\n".join(map(encoded, value)) if isinstance(value, list) else value


scenarios = _scenarios()
