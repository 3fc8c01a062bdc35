"""The results of a training that is only pretended: metrics at each step, checkpoints, and the tokens trained."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...wire import tokens
from ...wire.protocol.call import Json

# The values of hyperparameters that are "auto".
_AUTO_VALUES: Json = {
    "n_epochs": 3,
    "batch_size": 1,
    "learning_rate_multiplier": 2.0,
    "beta": 0.1,
    "compute_multiplier": 1.0,
    "eval_interval": 1,
    "eval_samples": 1,
    "reasoning_effort": "default",
}
_MAX_STEPS = 100  # that have an event
_MAX_CHECKPOINTS = 3


@dataclass(frozen=True)
class Step:
    """The metrics after one step; `validation` is the loss and the accuracy for a validation file, if there is one."""

    number: int
    loss: float
    accuracy: float
    validation: tuple[float, float] | None

    @property
    def metrics(self) -> Json:
        """The metrics as a checkpoint shows them."""
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
    """A finished training of `total` steps: those that have an event, and those that left a checkpoint."""

    total: int
    tokens: int
    steps: list[Step] = field(repr=False)
    checkpoints: list[Step]

    @property
    def csv(self) -> bytes:
        """The content of the results file."""
        lines = ["step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"]
        for step in self.steps:
            fields = (step.number, step.loss, step.accuracy, *(step.validation or ("", "")))
            lines.append(",".join(map(str, fields)))
        return ("\n".join(lines) + "\n").encode()


def resolve_auto(hyperparameters: Json) -> Json:
    """Hyperparameters with values in place of "auto"."""
    return {name: _AUTO_VALUES.get(name) if value == "auto" else value for name, value in hyperparameters.items()}


def train(examples: Sequence[str], hyperparameters: Json, model: str, *, validated: bool) -> Training:
    """The training with these examples, whose metrics get better with every step."""
    epochs = _count(hyperparameters, "n_epochs")
    total = max(1, math.ceil(len(examples) * epochs / _count(hyperparameters, "batch_size")))
    reported = sorted({math.ceil(total * place / _MAX_STEPS) for place in range(1, _MAX_STEPS + 1)} | {total})
    epoch_ends = [
        math.ceil(total * epoch / epochs) for epoch in range(max(1, epochs - _MAX_CHECKPOINTS + 1), epochs + 1)
    ]
    return Training(
        total=total,
        tokens=epochs * sum(tokens.count(text, model) for text in examples),
        steps=[*_steps(reported, total, validated)],
        checkpoints=[*_steps(sorted({*epoch_ends}), total, validated)],
    )


def _count(hyperparameters: Json, name: str) -> int:
    """A hyperparameter that is a count, within bounds; the value of "auto" where it is none."""
    value = hyperparameters.get(name)
    return min(max(value, 1), 10_000) if isinstance(value, int) else _AUTO_VALUES[name]


def _steps(numbers: Sequence[int], total: int, validated: bool) -> Iterator[Step]:
    for number in numbers:
        loss = round(2.4 / (1 + 5 * number / total), 4)
        accuracy = round(1 - loss / 4, 4)
        yield Step(number, loss, accuracy, (round(loss + 0.1, 4), round(accuracy - 0.02, 4)) if validated else None)
