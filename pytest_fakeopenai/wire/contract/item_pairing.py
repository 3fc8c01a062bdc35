"""What belongs together among the items of Responses: a call and its output, reasoning and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from ...replies.faults import ApiError
from ..json_values import as_dict
from ..protocol.call import Call
from . import item_ids

Item = dict[str, object]

# The calls that the application answers, and their outputs, as the API words them.
_CALLS = {
    "function_call": "function call",
    "custom_tool_call": "custom tool call",
    "local_shell_call": "local shell call",
    "shell_call": "shell call",
    "computer_call": "computer call",
    "apply_patch_call": "apply patch call",
}
_OUTPUTS = {f"{kind}_output": words for kind, words in _CALLS.items()}
# The types of items that may not come back without the reasoning that they came of.
_THOUGHT_OF = ("function_call", "message", "web_search_call")
_GIVING_ROLES = ("user", "system", "developer")


def pairing_errors(call: Call) -> Iterator[ApiError]:
    """Calls without output, output without a call, reasoning without what followed it."""
    items = [item for item in call.messages if _is_item(item)]
    yield from item_ids.repeated(items)
    whole = [*call.history, *items]
    paired = [item for item in whole if "call_id" in item]
    if paired and not _reaches_elsewhere(call, whole):
        yield from _unpaired(paired)
    yield from _cut_off(items)
    yield from _thoughtless(call, whole)


def _is_item(item: object) -> bool:
    return isinstance(item, dict)


def _reaches_elsewhere(call: Call, whole: list[Item]) -> bool:
    """Whether there are items that cannot be seen from here: of a conversation, or stored and named by their id."""
    if call.body.get("conversation") is not None and not call.history:
        return True
    named = [item.get("id") for item in whole if item.get("type") == "item_reference" or item.keys() == {"id"}]
    return any(not any(item.get("id") == name and len(item) > 2 for item in whole) for name in named)


def _unpaired(paired: list[Item]) -> Iterator[ApiError]:
    """A call may also be of a kind that the API answers by itself; only those of the application must be answered."""
    outputs = [item for item in paired if str(item.get("type")).endswith("_output")]
    calls = [item for item in paired if not str(item.get("type")).endswith("_output")]
    own = [item for item in calls if as_dict(item.get("environment")).get("type") != "container_reference"]
    yield from _alone(own, _CALLS, _call_ids(outputs), "No tool output found for {kind} {call_id}.")
    yield from _alone(
        outputs, _OUTPUTS, _call_ids(calls), "No tool call found for {kind} output with call_id {call_id}."
    )


def _alone(items: list[Item], kinds: dict[str, str], partners: set[str], message: str) -> Iterator[ApiError]:
    for item in items:
        call_id, kind = item["call_id"], kinds.get(str(item.get("type")))
        if kind and isinstance(call_id, str) and call_id not in partners:
            yield _wrong(message.format(kind=kind, call_id=call_id))


def _call_ids(items: list[Item]) -> set[str]:
    return {item["call_id"] for item in items if isinstance(item["call_id"], str)}


def _cut_off(items: list[Item]) -> Iterator[ApiError]:
    for index, item in enumerate(items, 1):
        if item.get("type") == "reasoning" and isinstance(item.get("id"), str) and _is_no_outcome(items[index:]):
            message = f"Item '{item['id']}' of type 'reasoning' was provided without its required following item."
            yield _wrong(message)


def _thoughtless(call: Call, whole: list[Item]) -> Iterator[ApiError]:
    """Items that came of reasoning which is not there any more."""
    kinds = {item["id"]: item.get("type", "message") for item in whole if isinstance(item.get("id"), str)}
    for key, kind in kinds.items():
        needed = call.thoughts.get(key) if kind in _THOUGHT_OF else None
        if needed and needed not in kinds:
            item = f"Item '{key}' of type '{kind}'"
            yield _wrong(f"{item} was provided without its required 'reasoning' item: '{needed}'.")


def _is_no_outcome(following: list[Item]) -> bool:
    """Whether what follows was not made by the model: nothing, a message to it, the output of a tool."""
    if not following:
        return True
    return following[0].get("role") in _GIVING_ROLES or str(following[0].get("type")).endswith("call_output")


def _wrong(message: str) -> ApiError:
    return ApiError(400, message, param="input")
