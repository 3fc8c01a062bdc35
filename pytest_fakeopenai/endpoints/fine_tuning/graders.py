"""Graders tried out on one sample. https://platform.openai.com/docs/api-reference/graders"""

from __future__ import annotations

from ...pipeline.callables import in_thread
from ...pipeline.context import RequestContext
from ...pipeline.validation import read_body
from ...replies.faults import ApiError
from ...wire.evaluation.grader_definitions import definition_error
from ...wire.evaluation.graders import Grade, grade
from ...wire.protocol import sse
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
    """`POST /fine_tuning/alpha/graders/run`: the reward that a grader gives for a sample."""
    body = await read_body(context)
    grader = sound(body.get("grader"))
    said = body.get("model_sample")
    if not isinstance(said, str):
        raise ApiError(400, "'model_sample' must be a string.", param="model_sample")
    names = {"item": body.get("item") or {}, "sample": _sample(said)}
    made = await in_thread(lambda: grade(grader, names))
    return {
        "reward": made.score,
        "metadata": _metadata(grader, made),
        "sub_rewards": made.parts,
        "model_grader_token_usage_per_model": {},
    }


async def validate(context: RequestContext) -> Json:
    """`POST /fine_tuning/alpha/graders/validate`: the grader, if it can be used."""
    return {"grader": sound((await read_body(context)).get("grader"))}


def sound(grader: object) -> Json:
    """A grader that can be used; ApiError for any other."""
    problem = definition_error(grader)
    if problem or not isinstance(grader, dict):
        raise ApiError(400, f"Invalid grader: {problem}.", param="grader", code="invalid_grader")
    return grader


def _sample(text: str) -> Json:
    """What a grader sees of a sample; of JSON also what it says."""
    try:
        return {"output_text": text, "output_json": sse.parse(text.encode())}
    except ValueError:
        return {"output_text": text}


def _metadata(grader: Json, made: Grade) -> Json:
    return {
        "name": grader.get("name", ""),
        "type": grader["type"],
        "errors": {**{name: name == made.problem for name in _ERRORS}, **dict.fromkeys(_DETAILS)},
        "execution_time": 0.0,
        "scores": made.parts or {str(grader.get("name", "")): made.score},
        "token_usage": None,
        "sampled_model_name": None,
    }
