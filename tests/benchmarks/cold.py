"""From nothing to the first answer, in a fresh process that has imported openai and no more."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial

from .groups import Figures, Goal, Group

STARTS = 2


def _fresh(*arguments: str) -> Figures:
    command = [sys.executable, "-m", "tests.benchmarks.cases.first_use", *arguments]
    run = partial(subprocess.run, command, capture_output=True, text=True, check=True)
    run()  # compiles what has changed
    return {"first": statistics.median(float(run().stdout) for _ in range(STARTS))}


GROUP = Group(
    "cold",
    "first use in a process that has imported openai",
    {
        "limit": partial(_fresh, "limit"),
        "import of uvicorn's protocol": partial(_fresh, "frameworks"),
        "fake": partial(_fresh, "fake"),
        "fake, tokenizer installed": partial(_fresh, "fake", "--tokenizer"),
    },
    (Goal("boot to first answer, cold, beyond importing openai", "fake", "first", 0.040, 0.030, reference=None),),
)
