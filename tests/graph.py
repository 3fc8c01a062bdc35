"""The graphs in ARCHITECTURE.md, drawn from what the modules import: `python -m tests.graph` draws them anew.

An arrow leads from who imports to what is imported; what can be reached by other arrows as well has none of its own. It
is dotted where only a function that is called, or a type checker, imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .imports import NAME, Import, graph, imports

PAGE = Path(__file__).parents[1] / "ARCHITECTURE.md"
_BLOCK = re.compile(r"<!-- graph: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def _layer(module: str) -> str:
    return module.partition(".")[0] or NAME


def _room_of(layer: str) -> Callable[[str], str]:
    """The naming of the modules and folders in a layer; nothing for what is not in it, or is kept to itself."""

    def name(module: str) -> str:
        first, *rest = module.split(".")
        return rest[0] if first == layer and rest and not rest[0].startswith("_") else ""

    return name


GRAPHS: dict[str, Callable[[str], str]] = {
    "layers": _layer,
    "wire": _room_of("wire"),
    "families": _room_of("endpoints"),
}


def mermaid(node_of: Callable[[str], str], own: Iterable[Import]) -> str:
    """A flowchart of the imports between nodes; `node_of` names a module's, or gives nothing for one to be left out."""
    styles: dict[tuple[str, str], str] = {}
    for each in own:
        arrow = (node_of(each.importer), node_of(each.module))
        at_once = not (each.lazy or each.typing)
        styles[arrow] = "-->" if at_once or styles.get(arrow) == "-->" else "-.->"
    arrows = _reduced((start, end) for start, end in styles if start and end)
    lines = [f"    {start} {styles[start, end]} {end}" for start, end in sorted(arrows)]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def _reduced(arrows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The arrows without those whose end is reached by a longer way as well."""
    nodes = graph(arrows)
    for start, ends in nodes.items():
        for end in ends:
            if not any(end in _below(nodes, other) for other in ends - {end}):
                yield start, end


def _below(nodes: dict[str, set[str]], start: str) -> set[str]:
    """All that can be reached from a node."""
    reached: set[str] = set()
    left = set(nodes[start])
    while left:
        reached |= left
        left = set().union(*(nodes[node] for node in left)) - reached
    return reached


def drawn(page: str) -> str:
    """The page with each graph as the code has it now."""
    own = [each for each in imports() if each.is_own]
    return _BLOCK.sub(lambda block: f"<!-- graph: {block[1]} -->\n{mermaid(GRAPHS[block[1]], own)}\n<!-- end -->", page)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
