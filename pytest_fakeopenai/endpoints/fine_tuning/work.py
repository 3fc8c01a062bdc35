"""The work of a fine-tuning job: it validates its files, trains, and leaves a model, results and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...pipeline import available
from ...pipeline.callables import in_thread
from ...pipeline.collections import CollectionPath, CollectionView, new_id
from ...pipeline.context import RequestContext
from ...state.store import Record
from ...wire import models
from ...wire.protocol.call import Json
from ...wire.protocol.headers import ORGANIZATION
from ..files import FILES, keep_file
from .data import BadData, read, unread
from .training import Step, Training, settled, train

_NAMESPACE = "fakeopenai"
_ASSUMED = ("",) * 10  # what stands in a file that is only assumed to exist


@dataclass
class JobState:
    """What is stored of a job beside its object: whether it is `waiting`, and so will be done when next looked at."""

    waiting: bool


JOBS = CollectionPath[JobState]("/fine_tuning/jobs")
_EVENTS = CollectionPath("/fine_tuning/jobs/{fine_tuning_job_id}/events")
_CHECKPOINTS = CollectionPath("/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints")


def tell(
    context: RequestContext, record: Record[JobState], message: str, *, level: str = "info", metrics: Json | None = None
) -> None:
    """Have another event of a job."""
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


async def finish(context: RequestContext, record: Record[JobState]) -> None:
    """Do the job, unless it is done, cancelled, paused, or only assumed to exist."""
    if record.assumed or record.data is None or not record.data.waiting:
        return
    record.data.waiting = False
    job = record.body
    files = {name: _content(context, job[name]) for name in ("training_file", "validation_file")}
    looks = context.world.settings.validation != "off"
    hyperparameters = settled(job["hyperparameters"])
    try:
        training = await in_thread(lambda: _trained(job, files, hyperparameters, looks=looks))
    except BadData as bad:
        _fail(context, record, bad)
        return
    if record.body is job:  # not cancelled meanwhile
        _succeed(context, record, training, hyperparameters)


def _content(context: RequestContext, file_id: str | None) -> bytes | None:
    """The bytes of a file; None where there is no file, or one that is only assumed to exist."""
    file = FILES.view(context).records.find(file_id) if file_id else None
    return file.data.content if file and file.data else None


def _trained(job: Json, files: dict[str, bytes | None], hyperparameters: Json, *, looks: bool) -> Training:
    examples: Sequence[str] = _ASSUMED
    for name, content in reversed(files.items()):
        if content is not None:
            examples = read(content, job["method"]["type"], name) if looks else unread(content)
    return train(examples, hyperparameters, job["model"], validated=job["validation_file"] is not None)


def _fail(context: RequestContext, record: Record[JobState], bad: BadData) -> None:
    called = bad.param.replace("_", " ")
    tell(context, record, f"The job failed due to an invalid {called}. {bad.message}", level="error")
    error = {"code": bad.code, "message": bad.message, "param": bad.param}
    record.body = {**record.body, "status": "failed", "error": error, "finished_at": context.world.ids.now()}


def _succeed(context: RequestContext, record: Record[JobState], training: Training, hyperparameters: Json) -> None:
    job = record.body
    name = _model_name(context, job)
    tell(context, record, "Files validated, moving job to queued state")
    tell(context, record, "Fine-tuning job started")
    for step in training.steps:
        tell(context, record, _progress(step, training.total), metrics={**step.metrics, "total_steps": training.total})
    _leave_checkpoints(context, record, training, name)
    tell(context, record, "New fine-tuned model created")
    tell(context, record, "The job has successfully completed")
    finished = context.world.ids.now()
    available.add(context.world, name, finished, ORGANIZATION)
    results = keep_file(context, filename="step_metrics.csv", purpose="fine-tune-results", content=training.csv)
    kind = job["method"]["type"]
    record.body = {
        **job,
        "status": "succeeded",
        "finished_at": finished,
        "fine_tuned_model": name,
        "trained_tokens": training.tokens,
        "result_files": [results["id"]],
        "hyperparameters": hyperparameters,
        "method": {"type": kind, kind: {**job["method"][kind], "hyperparameters": hyperparameters}},
    }


def _progress(step: Step, total: int) -> str:
    validation = f", validation loss={step.validation[0]:.2f}" if step.validation else ""
    return f"Step {step.number}/{total}: training loss={step.loss:.2f}{validation}"


def _model_name(context: RequestContext, job: Json) -> str:
    base = job["model"].split(":")[1] if job["model"].startswith("ft:") else models.resolved(job["model"])
    return f"ft:{base}:{_NAMESPACE}:{job['user_provided_suffix'] or ''}:{context.world.ids.letters(8)}"


def _leave_checkpoints(context: RequestContext, record: Record[JobState], training: Training, name: str) -> None:
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
