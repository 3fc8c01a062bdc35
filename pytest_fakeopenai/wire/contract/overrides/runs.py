"""What is known of the parameters of runs beyond the SDK's types."""

from __future__ import annotations

from . import SAMPLING, Override, also, streamed, within

RUNS: list[Override] = [
    ((), streamed),
    ((), also("reasoning_effort")),
    *SAMPLING,
    (("max_completion_tokens",), within(256)),
    (("max_prompt_tokens",), within(256)),
]
OUTPUTS: list[Override] = [((), streamed)]
