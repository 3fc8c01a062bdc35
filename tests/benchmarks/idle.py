"""The start of a pytest that has the plugin installed and does not use it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from .clock import once
from .groups import Figures, Goal, Group

STARTS = 8
TEST = "def test_passes() -> None:\n    pass\n"
# Others' plugins would load modules of the standard library that ours must then not answer for.
OTHERS = ("anyio", "asyncio", "hypothesispytest", "randomly", "respx", "pytest_httpserver", "xdist", "xdist.looponfail")


def _start(folder: str, *blocked: str) -> float:
    without = [option for name in (*OTHERS, *blocked) for option in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *without]
    return once(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=True))


def _cost(plugin: str) -> Figures:
    """A start with a plugin and one without it, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_one.py").write_text(TEST)
        _start(folder)
        pairs = [(_start(folder), _start(folder, plugin)) for _ in range(STARTS)]
    ratio = statistics.median(used / unused for used, unused in pairs)
    return {"start": statistics.median(used for used, _ in pairs), "ratio": ratio}


GROUP = Group(
    "idle",
    "the start of pytest with a plugin to the start without it",
    {"nothing": partial(_cost, "nothing"), "fake": partial(_cost, "fakeopenai")},
    (Goal("pytest start, plugin installed and unused", "fake", "ratio", 1.02, 1.00, reference=None),),
)
