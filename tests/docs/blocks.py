"""The code blocks of the documentation, and the pages that they stand on."""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openai

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.glob("**/*.md"))]

_FENCE = re.compile(r"^```(?P<kind>\w*)(?P<attributes>[^\n`]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_TEST = re.compile(r"^(?:async )?def test_", re.MULTILINE)
_IMPORT = re.compile(r"^\s*(?:import|from) ((\w+)[\w.]*)", re.MULTILINE)
_RELEASE = re.compile(r"# openai (\d+) or later\n")
# What blocks may import though the tests do not require it; where one is not installed its blocks are skipped.
FRAMEWORKS = {
    "agents": "openai-agents",
    "fastapi": "fastapi",
    "instructor": "instructor",
    "langchain_core": "langchain-core",
    "langchain_openai": "langchain-openai",
    "litellm": "litellm",
    "llama_index": "llama-index-llms-openai",
    "opentelemetry": "opentelemetry-instrumentation-openai-v2",
    "pydantic_ai": "pydantic-ai-slim",
}


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # nor is the package that it would be in
        return False


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind is the fence's language, its title what the fence's attribute says."""

    page: Path
    line: int
    kind: str
    title: str
    code: str = field(repr=False)

    @property
    def place(self) -> str:
        """Where the block stands, as `page:line`."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def is_file(self) -> bool:
        """Whether the title names a file, which all blocks find in their folder."""
        return re.fullmatch(r"\w+\.\w+", self.title) is not None

    @property
    def is_of_another_library(self) -> bool:
        """Whether it shows what a test looked like before it was moved here."""
        return self.title.startswith("Before")

    @property
    def tests(self) -> int:
        """How many tests it defines."""
        return len(_TEST.findall(self.code))

    @property
    def skips(self) -> int:
        """How many of its tests skip themselves where a program is not installed."""
        return self.code.count("@pytest.mark.skipif(")

    @property
    def missing(self) -> list[str]:
        """The frameworks that it imports and that are not installed, by the names that they are installed by."""
        absent = (top for module, top in _IMPORT.findall(self.code) if top in FRAMEWORKS and not _is_there(module))
        return sorted({FRAMEWORKS[top] for top in absent})

    @property
    def uses_framework(self) -> bool:
        """Whether it imports what the tests do not require."""
        return any(top in FRAMEWORKS for _, top in _IMPORT.findall(self.code))

    @property
    def is_for_this_release(self) -> bool:
        """Whether the installed SDK is as new as the block's first line says that it must be."""
        release = _RELEASE.match(self.code)
        return release is None or int(openai.VERSION.partition(".")[0]) >= int(release[1])


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [_block(page, text.count("\n", 0, match.start()) + 1, match) for match in _FENCE.finditer(text)]


def _block(page: Path, line: int, match: re.Match[str]) -> Block:
    attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
    return Block(page, line, match["kind"], attributes.get("title", ""), match["code"])


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
FILES = {block.title: block.code for block in BLOCKS if block.is_file}


def reported(blocks: Sequence[Block]) -> dict[Block, Block]:
    """Each test whose report the page shows, with the block that shows it, which follows at once."""
    pairs = itertools.pairwise(blocks)
    return {test: report for test, report in pairs if test.kind == "python" and report.title == "Report"}
