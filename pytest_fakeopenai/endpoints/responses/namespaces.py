"""Tools that a request does not list itself: those within a namespace, and those that items of its conversation bring.

https://platform.openai.com/docs/guides/tools-tool-search
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...wire.json_values import as_objects, as_text
from ...wire.protocol.call import Json, Tool

_BRINGING = ("tool_search_output", "additional_tools")  # the types of items that bring tools
_NAMESPACE = "namespace"


def namespaced_tools(tools: Iterable[Json], items: Iterable[Json], read: Callable[[Json], Tool]) -> Iterator[Tool]:
    """The tools within the namespaces of a request, and those that items bring, each once; `read` reads one of them."""
    brought = (tool for item in items if item.get("type") in _BRINGING for tool in as_objects(item.get("tools")))
    within = [*(tool for tool in tools if tool.get("type") == _NAMESPACE), *brought]
    unique = {(each.namespace, each.name): each for tool in within for each in _tools_of(tool, read)}
    yield from unique.values()


def _tools_of(tool: Json, read: Callable[[Json], Tool]) -> Iterator[Tool]:
    """The tools of a namespace; a function by itself is in one of its own name."""
    inner = as_objects(tool.get("tools")) if tool.get("type") == _NAMESPACE else [tool]
    for each in inner:
        yield read(each)._replace(namespace=as_text(tool.get("name")))
