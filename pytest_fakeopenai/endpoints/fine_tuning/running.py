"""Running a fine-tuning job: its files are validated, then it has a model, results, checkpoints and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...pipeline import available
from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, CollectionView, Identify, new_id
from ...pipeline.context import RequestContext
from ...state.store import Record
from ...wire import models
from ...wire.protocol.call import Json
from ...wire.protocol.headers import ORGANIZATION
from ..files import FILES, store_file
from .training import Step, Training, resolve_auto, train
from .training_data import InvalidFile, read_examples, unchecked_examples

_NAMESPACE = "fakeopenai"
_UNKNOWN_EXAMPLES = ("",) * 10  # of a file that is only assumed to exist


@dataclass
class JobState:
    """What is stored of a job beside its object: whether it is `waiting` to run when it is next read."""

    waiting: bool


def _assumed(identify: Identify, now: int, ids: Mapping[str, str]) -> Json:
    """A job that has succeeded."""
    model, hyperparameters = "gpt-4o-mini-2024-07-18", {"n_epochs": 1, "batch_size": 1, "learning_rate_multiplier": 1.0}
    return {
        "object": "fine_tuning.job",
        "id": "",
        "model": model,
        "created_at": now,
        "finished_at": now,
        "fine_tuned_model": f"ft:{model}:{_NAMESPACE}::assumed",
        "organization_id": ORGANIZATION,
        "result_files": [],
        "status": "succeeded",
        "validation_file": None,
        "training_file": identify("file"),
        "hyperparameters": hyperparameters,
        "trained_tokens": 0,
        "error": {},
        "user_provided_suffix": None,
        "seed": 0,
        "estimated_finish": None,
        "integrations": [],
        "metadata": None,
        "usage_metrics": None,
        "shared_with_openai": False,
        "eval_id": None,
        "method": {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
    }


JOBS = CollectionPath[JobState]("/fine_tuning/jobs", _assumed)
_EVENTS = CollectionPath("/fine_tuning/jobs/{fine_tuning_job_id}/events")
_CHECKPOINTS = CollectionPath("/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints")


def add_event(
    context: RequestContext, record: Record[JobState], message: str, *, level: str = "info", metrics: Json | None = None
) -> None:
    """Store an event of a job."""
    event = {
        "object": "fine_tuning.job.event",
        "id": new_id(context)("fine_tuning.job.event"),
        "created_at": context.world.ids.now(),
        "level": level,
        "message": message,
        "type": "message" if metrics is None else "metrics",
        "data": metrics or {},
    }
    _below(context, record, _EVENTS).add(event)


def _below(context: RequestContext, record: Record[JobState], path: CollectionPath) -> CollectionView:
    return path.view(context, fine_tuning_job_id=record.body["id"])


async def run(context: RequestContext, record: Record[JobState]) -> None:
    """Run the job, unless it has run, or is cancelled, paused, or only assumed to exist."""
    if record.assumed or record.data is None or not record.data.waiting:
        return
    record.data.waiting = False
    job = record.body
    files = {name: _content(context, job[name]) for name in ("training_file", "validation_file")}
    check = context.world.settings.validation != "off"
    hyperparameters = resolve_auto(job["hyperparameters"])
    try:
        training = await in_thread(lambda: _train(job, files, hyperparameters, check=check))
    except InvalidFile as bad:
        _fail(context, record, bad)
        return
    if record.body is job:  # not cancelled meanwhile
        _succeed(context, record, training, hyperparameters)


def _content(context: RequestContext, file_id: str | None) -> bytes | None:
    """The bytes of a file; None where there is none, or it is only assumed to exist."""
    file = FILES.view(context).records.find(file_id) if file_id else None
    return file.data.content if file and file.data else None


def _train(job: Json, files: dict[str, bytes | None], hyperparameters: Json, *, check: bool) -> Training:
    examples: Sequence[str] = _UNKNOWN_EXAMPLES
    for name, content in reversed(files.items()):
        if content is not None:
            examples = read_examples(content, job["method"]["type"], name) if check else unchecked_examples(content)
    return train(examples, hyperparameters, job["model"], validated=job["validation_file"] is not None)


def _fail(context: RequestContext, record: Record[JobState], bad: InvalidFile) -> None:
    title = bad.param.replace("_", " ")
    add_event(context, record, f"The job failed due to an invalid {title}. {bad.message}", level="error")
    error = {"code": bad.code, "message": bad.message, "param": bad.param}
    record.body = {**record.body, "status": "failed", "error": error, "finished_at": context.world.ids.now()}


def _succeed(context: RequestContext, record: Record[JobState], training: Training, hyperparameters: Json) -> None:
    """Store the events and checkpoints of the training, its model and its results, and what the job shows of them."""
    name = _model_name(context, record.body)
    _add_training_events(context, record, training)
    _add_checkpoints(context, record, training, name)
    add_event(context, record, "New fine-tuned model created")
    add_event(context, record, "The job has successfully completed")
    finished = context.world.ids.now()
    available.add(context.world, name, finished, ORGANIZATION)
    results = store_file(context, filename="step_metrics.csv", purpose="fine-tune-results", content=training.csv)
    record.body = {
        **record.body,
        **_resolved_method(record.body["method"], hyperparameters),
        "status": "succeeded",
        "finished_at": finished,
        "fine_tuned_model": name,
        "trained_tokens": training.tokens,
        "result_files": [results["id"]],
    }


def _resolved_method(method: Json, hyperparameters: Json) -> Json:
    """The fields of a job that show its hyperparameters."""
    kind = method["type"]
    own = {**method[kind], "hyperparameters": hyperparameters}
    return {"hyperparameters": hyperparameters, "method": {"type": kind, kind: own}}


def _add_training_events(context: RequestContext, record: Record[JobState], training: Training) -> None:
    add_event(context, record, "Files validated, moving job to queued state")
    add_event(context, record, "Fine-tuning job started")
    for step in training.steps:
        metrics = {**step.metrics, "total_steps": training.total}
        add_event(context, record, _progress(step, training.total), metrics=metrics)


def _progress(step: Step, total: int) -> str:
    validation = f", validation loss={step.validation[0]:.2f}" if step.validation else ""
    return f"Step {step.number}/{total}: training loss={step.loss:.2f}{validation}"


def _model_name(context: RequestContext, job: Json) -> str:
    base = job["model"].split(":")[1] if job["model"].startswith("ft:") else models.resolved(job["model"])
    return f"ft:{base}:{_NAMESPACE}:{job['user_provided_suffix'] or ''}:{context.world.ids.letters(8)}"


def _add_checkpoints(context: RequestContext, record: Record[JobState], training: Training, name: str) -> None:
    for step in training.checkpoints:
        created, model = context.world.ids.now(), f"{name}:ckpt-step-{step.number}"
        checkpoint = {
            "object": "fine_tuning.job.checkpoint",
            "id": new_id(context)("fine_tuning.job.checkpoint"),
            "created_at": created,
            "fine_tuned_model_checkpoint": model,
            "fine_tuning_job_id": record.body["id"],
            "metrics": step.metrics,
            "step_number": step.number,
        }
        _below(context, record, _CHECKPOINTS).add(checkpoint)
        available.add(context.world, model, created, ORGANIZATION)
