"""Fine-tuning jobs. A job runs when it is first retrieved or listed after its creation, and is done at once.

Reference: https://platform.openai.com/docs/api-reference/fine-tuning
"""

from __future__ import annotations

from ...pipeline import available
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Result
from ...pipeline.validation import enforce, model_errors, named_model, read_body, refuse
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.json_values import Fields
from ...wire.models import resolved
from ...wire.protocol import errors
from ...wire.protocol.call import Json
from ...wire.protocol.headers import ORGANIZATION
from .._fallback import answer_by_types
from ..files import FILES
from . import running
from .graders import valid_grader

_METHODS = ("supervised", "dpo", "reinforcement")
_AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
_SEEDS = 2**31
_ENDED = ("succeeded", "failed", "cancelled")


async def create(context: RequestContext) -> Json:
    """`POST /fine_tuning/jobs`: the files must exist; whether they can be trained with is checked as the job runs.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/create
    """
    body = await read_body(context)
    job = _new(context, body)
    record = running.JOBS.view(context).add(job, running.JobState(waiting=True))
    running.add_event(context, record, f"Created fine-tuning job: {job['id']}")
    running.add_event(context, record, f"Validating training file: {job['training_file']}")
    return job


def _new(context: RequestContext, body: Json) -> Json:
    fields = Fields(body)
    enforce(context, lambda: map(Violation, model_errors(context, body)))
    model = named_model(context, body)
    if not available.is_available(context.world, model):
        refuse(context, _untrainable(model))
    method, hyperparameters = _method(context, fields)
    return {
        "object": "fine_tuning.job",
        "id": new_id(context)("fine_tuning.job"),
        "model": resolved(model),
        "created_at": context.world.ids.now(),
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": ORGANIZATION,
        "result_files": [],
        "status": "validating_files",
        "validation_file": _file(context, "validation_file", fields.string("validation_file")),
        "training_file": _file(context, "training_file", fields.string("training_file") or ""),
        "hyperparameters": hyperparameters,
        "trained_tokens": None,
        "error": {},
        "user_provided_suffix": fields.string("suffix"),
        "seed": _seed(context, body),
        "estimated_finish": None,
        "integrations": fields.objects("integrations"),
        "metadata": body.get("metadata"),
        "usage_metrics": None,
        "shared_with_openai": False,
        "eval_id": None,
        "method": method,
    }


def _method(context: RequestContext, fields: Fields) -> tuple[Json, Json]:
    """The method as the job shows it, and its hyperparameters, which the job shows a second time by themselves."""
    method = fields.object("method")
    kind = method.get("type", "supervised")
    if kind not in _METHODS:
        refuse(context, errors.invalid_value("method.type", kind, _METHODS))
    own = Fields(method).object(kind)
    if kind == "reinforcement":
        valid_grader(own.get("grader"))
    hyperparameters = {
        **_AUTO,
        **fields.object("hyperparameters"),
        **Fields(own).object("hyperparameters"),
    }
    return {"type": kind, kind: {**own, "hyperparameters": hyperparameters}}, hyperparameters


def _file(context: RequestContext, name: str, file_id: str | None) -> str | None:
    """The id of a file; raises ApiError where there is none."""
    if file_id is None:
        return None
    try:
        FILES.view(context).get(file_id)
    except ApiError:
        raise ApiError(400, f"invalid {name}: {file_id}", param=name) from None
    return file_id


def _seed(context: RequestContext, body: Json) -> int:
    seed = body.get("seed")
    return seed if isinstance(seed, int) else int(context.world.ids.hexadecimal(8), 16) % _SEEDS


def _untrainable(model: str) -> ApiError:
    message = f"Model {model} is not available for fine-tuning or does not exist."
    return ApiError(400, message, param="model", code="model_not_available")


# ---- reading jobs, which runs them


async def list_jobs(context: RequestContext) -> Result:
    """`GET /fine_tuning/jobs`: runs every job that has not run, then lists them.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/list
    """
    for record in running.JOBS.view(context).records.records():
        await running.run(context, record)
    return await answer_by_types(context)


async def retrieve(context: RequestContext) -> Result:
    """`GET /fine_tuning/jobs/{fine_tuning_job_id}`, its events and checkpoints: runs the job, unless it is paused.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/retrieve
    """
    await running.run(context, _record(context))
    return await answer_by_types(context)


def _record(context: RequestContext) -> Record[running.JobState]:
    return running.JOBS.view(context).get(context.path["fine_tuning_job_id"])


# ---- actions


def cancel(context: RequestContext) -> Json:
    """`POST …/cancel`: a job that has not run, since nobody has read it, or is paused.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/cancel
    """
    return _change(context, "cancelled", waiting=False, status="cancelled", finished_at=context.world.ids.now())


def pause(context: RequestContext) -> Json:
    """`POST …/pause`: the job does not run until it is resumed; the API shows that as `queued`.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/pause
    """
    return _change(context, "paused", waiting=False, status="queued")


def resume(context: RequestContext) -> Json:
    """`POST …/resume`: the job runs when it is next read.

    Reference: https://platform.openai.com/docs/api-reference/fine-tuning/resume
    """
    return _change(context, "resumed", waiting=True, status="running")


def _change(context: RequestContext, change: str, *, waiting: bool, **changes: object) -> Json:
    """Change a job that has not ended, with an event; `waiting` says whether it runs when it is next read."""
    record = _unfinished(context)
    record.data = running.JobState(waiting)
    record.body = {**record.body, **changes}
    running.add_event(context, record, f"Fine-tuning job {change}")
    return record.body


def _unfinished(context: RequestContext) -> Record[running.JobState]:
    """The job of the path; refused, or warned of, where it has ended."""
    record = _record(context)
    status = record.body.get("status")
    message = f"Job has already ended: {record.body['id']} is {status}."
    enforce(context, lambda: [Violation(ApiError(400, message))] if status in _ENDED else [])
    return record
