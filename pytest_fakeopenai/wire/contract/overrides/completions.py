"""What is known of the parameters of legacy completions beyond the SDK's types."""

from __future__ import annotations

from . import PENALTIES, SAMPLING, SEED, Override, anything, optional, streamed, within

COMPLETIONS: list[Override] = [
    ((), streamed),
    *SAMPLING,
    *PENALTIES,
    (("n",), within(1, 128)),
    SEED,
    (("best_of",), within(0, 20)),
    (("logprobs",), within(0, 5)),
    (("max_tokens",), within(0)),
    ((), optional("prompt")),
    (("prompt",), anything),
]
