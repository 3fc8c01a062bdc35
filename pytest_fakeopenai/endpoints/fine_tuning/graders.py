"""Graders run on one sample, and validated.

Reference: https://platform.openai.com/docs/api-reference/graders
"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body
from ...replies.faults import ApiError
from ...wire.evaluation.grader_definitions import definition_error
from ...wire.evaluation.graders import Grade, grade
from ...wire.evaluation.templates import sample_variables
from ...wire.protocol.call import Json

_ERRORS = (
    "formula_parse_error",
    "sample_parse_error",
    "truncated_observation_error",
    "unresponsive_reward_error",
    "invalid_variable_error",
    "other_error",
    "python_grader_server_error",
    "python_grader_runtime_error",
    "model_grader_server_error",
    "model_grader_refusal_error",
    "model_grader_parse_error",
)
_DETAILS = (
    "python_grader_server_error_type",
    "python_grader_runtime_error_details",
    "model_grader_server_error_details",
)


async def run(context: RequestContext) -> Json:
    """`POST /fine_tuning/alpha/graders/run`: the reward of a sample, with the errors of the grader.

    Reference: https://platform.openai.com/docs/api-reference/graders/run
    """
    body = await read_body(context)
    grader = valid_grader(body.get("grader"))
    sample = body.get("model_sample")
    if not isinstance(sample, str):
        raise ApiError(400, "'model_sample' must be a string.", param="model_sample")
    variables = {"item": body.get("item") or {}, "sample": sample_variables(sample)}
    result = await in_thread(lambda: grade(grader, variables))
    return {
        "reward": result.score,
        "metadata": _metadata(grader, result),
        "sub_rewards": result.parts,
        "model_grader_token_usage_per_model": {},
    }


async def validate(context: RequestContext) -> Json:
    """`POST /fine_tuning/alpha/graders/validate`: the grader; a 400 where it cannot be used.

    Reference: https://platform.openai.com/docs/api-reference/graders/validate
    """
    return {"grader": valid_grader((await read_body(context)).get("grader"))}


def valid_grader(grader: object) -> Json:
    """The grader; raises ApiError where it cannot be used."""
    error = definition_error(grader)
    if error or not isinstance(grader, dict):
        raise ApiError(400, f"Invalid grader: {error}.", param="grader", code="invalid_grader")
    return grader


def _metadata(grader: Json, result: Grade) -> Json:
    return {
        "name": grader.get("name", ""),
        "type": grader["type"],
        "errors": {**{name: name == result.problem for name in _ERRORS}, **dict.fromkeys(_DETAILS)},
        "execution_time": 0.0,
        "scores": result.parts or {str(grader.get("name", "")): result.score},
        "token_usage": None,
        "sampled_model_name": None,
    }
