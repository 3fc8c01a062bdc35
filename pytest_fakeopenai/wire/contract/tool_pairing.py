"""The order of calls and results in a chat: every call is answered before anybody else speaks."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict, as_list

# The ids of the calls that one message makes, and whether each is answered.
PendingCalls = dict[str, bool]


def pairing_errors(messages: object) -> Iterator[ApiError]:
    """Calls without a result, results without a call, and results that do not say of what."""
    called: PendingCalls | None = None
    for index, message in enumerate(as_list(messages)):
        if isinstance(message, dict):
            role = message.get("role")
            if role == "tool":
                call_id = message.get("tool_call_id")
                if called is not None and isinstance(call_id, str) and call_id in called:
                    called[call_id] = True
                else:
                    yield from _stray(index, call_id, called)
                continue
            yield from _unanswered(called)
            called = _ids_of(message.get("tool_calls")) if role == "assistant" else None
            if role == "function" and message.get("name") is None:
                yield _nameless(index)
    yield from _unanswered(called)


def _ids_of(calls: object) -> PendingCalls | None:
    if not calls or not isinstance(calls, list):
        return None
    ids = (as_dict(call).get("id") for call in calls)
    return {each: False for each in ids if isinstance(each, str)}


def _stray(index: int, call_id: object, called: PendingCalls | None) -> Iterator[ApiError]:
    """What is wrong with a result that answers none of the calls."""
    if call_id is None:
        message = "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'."
        yield _wrong(f"messages.[{index}].tool_call_id", message)
    elif called is None:
        message = "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
        yield _wrong(f"messages.[{index}].role", f"Invalid parameter: {message}")
    elif isinstance(call_id, str):
        message = f"'tool_call_id' of '{call_id}' not found in 'tool_calls' of previous message."
        yield _wrong(f"messages.[{index}].tool_call_id", f"Invalid parameter: {message}")


def _nameless(index: int) -> ApiError:
    message = "Missing parameter 'name': messages with role 'function' must have a 'name'."
    return _wrong(f"messages.[{index}].name", message)


def _unanswered(called: PendingCalls | None) -> list[ApiError]:
    if not called or all(called.values()):
        return []
    missing = ", ".join(each for each, has_result in called.items() if not has_result)
    return [
        _wrong(
            "messages",
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {missing}",
        )
    ]


def _wrong(param: str, message: str) -> ApiError:
    return ApiError(400, message, param=param)
