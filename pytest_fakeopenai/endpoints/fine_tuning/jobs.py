"""Fine-tuning jobs: created, and done as soon as somebody looks.

Reference: https://platform.openai.com/docs/api-reference/fine-tuning
"""

from __future__ import annotations

from ...pipeline import available
from ...pipeline.collections import new_id
from ...pipeline.context import RequestContext
from ...pipeline.results import Result
from ...pipeline.validation import enforce, read_body
from ...replies.faults import ApiError
from ...state.store import Record
from ...wire.contract import Violation
from ...wire.models import resolved
from ...wire.protocol import errors
from ...wire.protocol.call import Fields, Json
from ...wire.protocol.headers import ORGANIZATION
from .._fallback import answer_by_types
from ..files import FILES
from . import work
from .graders import sound

_METHODS = ("supervised", "dpo", "reinforcement")
_AUTO = {"n_epochs": "auto", "batch_size": "auto", "learning_rate_multiplier": "auto"}
_LARGEST_SEED = 2**31
_OVER = ("succeeded", "failed", "cancelled")


async def create(context: RequestContext) -> Json:
    """`POST /fine_tuning/jobs`: the files must be there; whether they are any good is the job's concern."""
    body = await read_body(context)
    job = _new(context, body)
    record = work.JOBS.view(context).add(job, work.JobState(waiting=True))
    work.tell(context, record, f"Created fine-tuning job: {job['id']}")
    work.tell(context, record, f"Validating training file: {job['training_file']}")
    return job


def _new(context: RequestContext, body: Json) -> Json:
    given = Fields(body)
    model = given.string("model")
    if not model:
        raise errors.missing_parameter("model")
    if not available.is_available(context.world, model):
        raise _untrainable(model)
    method, hyperparameters = _method(given, body)
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
        "validation_file": _file(context, "validation_file", given.string("validation_file")),
        "training_file": _file(context, "training_file", given.string("training_file") or ""),
        "hyperparameters": hyperparameters,
        "trained_tokens": None,
        "error": None,
        "user_provided_suffix": given.string("suffix"),
        "seed": _seed(context, body),
        "estimated_finish": None,
        "integrations": given.objects("integrations"),
        "metadata": body.get("metadata"),
        "method": method,
    }


def _method(given: Fields, body: Json) -> tuple[Json, Json]:
    """The method as the job shows it, and its hyperparameters, which also stand where they used to."""
    asked = given.object("method")
    kind = asked.get("type", "supervised")
    if kind not in _METHODS:
        raise errors.invalid_value("method.type", kind, _METHODS)
    own = Fields(asked, "method.").object(kind)
    if kind == "reinforcement":
        sound(own.get("grader"))
    hyperparameters = {
        **_AUTO,
        **given.object("hyperparameters"),
        **Fields(own, f"method.{kind}.").object("hyperparameters"),
    }
    return {"type": kind, kind: {**own, "hyperparameters": hyperparameters}}, hyperparameters


def _file(context: RequestContext, name: str, file_id: str | None) -> str | None:
    """The id of a file that is there; ApiError for any other."""
    if file_id is None:
        return None
    try:
        FILES.view(context).get(file_id)
    except ApiError:
        raise ApiError(400, f"invalid {name}: {file_id}", param=name) from None
    return file_id


def _seed(context: RequestContext, body: Json) -> int:
    given = body.get("seed")
    return given if isinstance(given, int) else int(context.world.ids.hexadecimal(8), 16) % _LARGEST_SEED


def _untrainable(model: str) -> ApiError:
    message = f"Model {model} is not available for fine-tuning or does not exist."
    return ApiError(400, message, param="model", code="model_not_available")


# ---- looking at jobs, which is what ends them


async def list_all(context: RequestContext) -> Result:
    """`GET /fine_tuning/jobs`: every job is done by then."""
    for record in work.JOBS.view(context).records.records():
        await work.finish(context, record)
    return await answer_by_types(context)


async def look(context: RequestContext) -> Result:
    """`GET /fine_tuning/jobs/{fine_tuning_job_id}` and what is below it: the job is done by then, unless paused."""
    await work.finish(context, _record(context))
    return await answer_by_types(context)


def _record(context: RequestContext) -> Record[work.JobState]:
    return work.JOBS.view(context).get(context.path["fine_tuning_job_id"])


# ---- actions


def cancel(context: RequestContext) -> Json:
    """`POST …/cancel`: a job that nobody has looked at is still under way, and can be cancelled."""
    return _become(context, "cancelled", waiting=False, status="cancelled", finished_at=context.world.ids.now())


def pause(context: RequestContext) -> Json:
    """`POST …/pause`: the job stays as it is until it is resumed; the API has no status for that but `queued`."""
    return _become(context, "paused", waiting=False, status="queued")


def resume(context: RequestContext) -> Json:
    """`POST …/resume`: a paused job goes on, and is done when next looked at."""
    return _become(context, "resumed", waiting=True, status="running")


def _become(context: RequestContext, told: str, *, waiting: bool, **changes: object) -> Json:
    """Change a job that is under way, and tell of it; `waiting` says whether it is done when next looked at."""
    record = _unfinished(context)
    record.data = work.JobState(waiting)
    record.body = {**record.body, **changes}
    work.tell(context, record, f"Fine-tuning job {told}")
    return record.body


def _unfinished(context: RequestContext) -> Record[work.JobState]:
    """The job of the path, which must not be over."""
    record = _record(context)
    status = record.body.get("status")
    message = f"Job has already ended: {record.body['id']} is {status}."
    enforce(context, lambda: [Violation(ApiError(400, message))] if status in _OVER else [])
    return record
