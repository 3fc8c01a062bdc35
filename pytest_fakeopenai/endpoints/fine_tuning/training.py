"""What comes of training: how far it got at each step, and what it cost. Nothing is learned."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...wire import tokens
from ...wire.protocol.call import Json

# What "auto" becomes once a job runs.
_AUTOMATIC: Json = {
    "n_epochs": 3,
    "batch_size": 1,
    "learning_rate_multiplier": 2.0,
    "beta": 0.1,
    "compute_multiplier": 1.0,
    "eval_interval": 1,
    "eval_samples": 1,
    "reasoning_effort": "default",
}
_MOST_STEPS = 100  # that are told of
_MOST_CHECKPOINTS = 3


@dataclass(frozen=True)
class Step:
    """The measures after one step."""

    number: int
    loss: float
    accuracy: float
    validation: tuple[float, float] | None

    @property
    def metrics(self) -> Json:
        """The measures as checkpoints have them."""
        loss, accuracy = self.validation or (None, None)
        return {
            "step": self.number,
            "train_loss": self.loss,
            "train_mean_token_accuracy": self.accuracy,
            "valid_loss": loss,
            "valid_mean_token_accuracy": accuracy,
            "full_valid_loss": loss,
            "full_valid_mean_token_accuracy": accuracy,
        }


@dataclass(frozen=True)
class Training:
    """A finished training: its steps, as many as are told of, and those at which it left a checkpoint."""

    total: int
    tokens: int
    steps: list[Step] = field(repr=False)
    checkpoints: list[Step]

    @property
    def csv(self) -> bytes:
        """The results file."""
        lines = ["step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"]
        for step in self.steps:
            measured = (step.number, step.loss, step.accuracy, *(step.validation or ("", "")))
            lines.append(",".join(map(str, measured)))
        return ("\n".join(lines) + "\n").encode()


def settled(hyperparameters: Json) -> Json:
    """Hyperparameters with numbers in place of "auto"."""
    return {name: _AUTOMATIC.get(name) if value == "auto" else value for name, value in hyperparameters.items()}


def train(examples: Sequence[str], hyperparameters: Json, model: str, *, validated: bool) -> Training:
    """The training with these examples: measures that get better with every step."""
    epochs = _count(hyperparameters, "n_epochs")
    total = max(1, math.ceil(len(examples) * epochs / _count(hyperparameters, "batch_size")))
    shown = sorted({math.ceil(total * place / _MOST_STEPS) for place in range(1, _MOST_STEPS + 1)} | {total})
    ends = [math.ceil(total * epoch / epochs) for epoch in range(max(1, epochs - _MOST_CHECKPOINTS + 1), epochs + 1)]
    return Training(
        total=total,
        tokens=epochs * sum(tokens.count(text, model) for text in examples),
        steps=[*_measured(shown, total, validated)],
        checkpoints=[*_measured(sorted({*ends}), total, validated)],
    )


def _count(hyperparameters: Json, name: str) -> int:
    given = hyperparameters.get(name)
    return min(max(given, 1), 10_000) if isinstance(given, int) else _AUTOMATIC[name]


def _measured(numbers: Sequence[int], total: int, validated: bool) -> Iterator[Step]:
    for number in numbers:
        loss = round(2.4 / (1 + 5 * number / total), 4)
        accuracy = round(1 - loss / 4, 4)
        yield Step(number, loss, accuracy, (round(loss + 0.1, 4), round(accuracy - 0.02, 4)) if validated else None)
