"""Calls of built-in tools that the application carries out: shells, patches, computers.

https://platform.openai.com/docs/guides/tools
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ...replies.parts import ToolCall
from ...wire.protocol.call import Json, copied
from ...wire.protocol.events import Event
from .items import Item


class BuiltInCall(NamedTuple):
    """How calls of one built-in tool look: their type, the prefix of their ids, and how arguments become fields.

    `needs` is the argument that there has to be, of this `type`; `fields` is what the item says of all.
    """

    kind: str
    prefix: str
    needs: str
    type: type
    fields: Callable[[Json, str], Json]


def _local_shell(arguments: Json, call_id: str) -> Json:
    action = {"type": "exec", "command": [], "env": {}, **arguments}
    return {"action": action, "call_id": call_id}


def _shell(arguments: Json, call_id: str) -> Json:
    action = {"commands": [], "max_output_length": None, "timeout_ms": None, **arguments}
    return {"action": dict(sorted(action.items())), "call_id": call_id}


def _patch(arguments: Json, call_id: str) -> Json:
    rest = {name: value for name, value in sorted(arguments.items()) if name != "type"}
    return {"call_id": call_id, "operation": {"type": arguments["type"], **rest}}


def _computer(arguments: Json, call_id: str) -> Json:
    return {"actions": [arguments], "call_id": call_id, "pending_safety_checks": []}


def _computer_preview(arguments: Json, call_id: str) -> Json:
    return {"action": arguments, "call_id": call_id, "pending_safety_checks": []}


# By the type of the tool.
BUILT_IN_CALLS = {
    "apply_patch": BuiltInCall("apply_patch_call", "apc", "type", str, _patch),
    "computer": BuiltInCall("computer_call", "cu", "type", str, _computer),
    "computer_use_preview": BuiltInCall("computer_call", "cu", "type", str, _computer_preview),
    "local_shell": BuiltInCall("local_shell_call", "lsh", "command", list, _local_shell),
    "shell": BuiltInCall("shell_call", "sh", "commands", list, _shell),
}


def arguments_of(part: ToolCall) -> Json:
    """The arguments of a call of a built-in tool; ValueError where they are none that the tool could be called with."""
    look = BUILT_IN_CALLS[part.name or ""]
    try:
        arguments = json.loads(part.arguments_text)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict) or not isinstance(arguments.get(look.needs), look.type):
        kind = "a list" if look.type is list else "a string"
        raise ValueError(f"{part!r} calls a built-in tool, which needs an object with {look.needs!r}, {kind}")
    return arguments


class BuiltInCallItem(Item):
    """A call of a built-in tool: what it is to do is told at its end, commands and patches in pieces before that."""

    def call(self, fields: Json, cut: Callable[[str], Iterable[str]]) -> Iterator[Event]:
        """The events of what the call is to do, and what it comes to."""
        if self.state["type"] == "shell_call":
            yield from self._add_commands(fields["action"]["commands"], cut)
        elif self.state["type"] == "apply_patch_call" and isinstance(fields["operation"].get("diff"), str):
            yield from self._add_diff(fields["operation"]["diff"], cut)
        self.state |= fields

    def _add_commands(self, commands: list[str], cut: Callable[[str], Iterable[str]]) -> Iterator[Event]:
        family = "response.shell_call_command"
        for index, command in enumerate(map(str, commands)):
            where: dict[str, Any] = {"command_index": index, "output_index": self._position}
            yield self._events.emit(f"{family}.added", command="", **where)
            yield from self._events.deltas(f"{family}.delta", cut(command), **where)
            yield self._events.emit(f"{family}.done", command=command, **where)

    def _add_diff(self, diff: str, cut: Callable[[str], Iterable[str]]) -> Iterator[Event]:
        family = "response.apply_patch_call_operation_diff"
        yield from self._events.deltas(f"{family}.delta", cut(diff), **self._place)
        yield self._events.emit(f"{family}.done", diff=diff, **self._place)


def beginning(fields: Json) -> Json:
    """What a call says of itself before it is done: its commands and its patch are still to come."""
    begun: Json = copied(fields)
    action, operation = begun.get("action", {}), begun.get("operation", {})
    for owner, name, empty in ((action, "commands", []), (action, "command", []), (operation, "diff", "")):
        if name in owner:
            owner[name] = empty
    return begun
