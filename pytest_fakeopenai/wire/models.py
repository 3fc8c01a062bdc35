"""What is known of OpenAI's models: families with their capabilities, and the catalogue that `GET /models` lists.

A name that belongs to no family is a model of the user's own, of which nothing is known and nothing refused.
Reference: https://platform.openai.com/docs/models
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_FIRST_CREATED = 1_687_882_411

# The endpoints that models serve.
CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS = "chat.completions", "responses", "completions", "embeddings"


@dataclass(eq=False)
class Family:
    """Models that behave alike; None stands for what is not known.

    - `snapshot` is the name that answers give in place of the alias.
    - `context` and `output` are limits in tokens.
    - `efforts` are the reasoning efforts, empty for a plain model, and `effort` is the one by default; `thinking` is
      what Responses call the context of reasoning.
    - `structured` tells whether a JSON schema can be demanded; `endpoints` are those that serve the model.
    - `vocabulary` is the tokenizer; `fingerprint` whether answers carry a system fingerprint.
    - `searches` and `speaks` mark the search and the audio models of chat completions; `instructed` those that take
      messages of the system or the developer; `stops` those that take stop sequences.
    - `per_minute` is the limit of tokens in a minute that rate limit headers tell of.
    - `newest` marks gpt-5.2 and later: nucleus sampling at 0.98, a prompt cache of a day; `phases` those whose
      messages in Responses have a phase; `writes_cache` those that tell what of a prompt they keep.
    """

    snapshot: str | None = None
    context: int | None = None
    output: int | None = None
    efforts: tuple[str, ...] = ()
    effort: str | None = None
    thinking: str | None = None
    structured: bool = True
    endpoints: tuple[str, ...] = (CHAT, RESPONSES, COMPLETIONS, EMBEDDINGS)
    vocabulary: str = "o200k_base"
    fingerprint: bool = True
    searches: bool = False
    speaks: bool = False
    instructed: bool = True
    stops: bool = True
    per_minute: int = 200_000
    newest: bool = False
    phases: bool = False
    writes_cache: bool = False

    @property
    def reasons(self) -> bool:
        """Whether it is a reasoning model: the o-series, gpt-5 and later."""
        return bool(self.efforts)

    @property
    def is_known(self) -> bool:
        """Whether enough is known of the models to refuse what they do not take."""
        return self.context is not None


_UNKNOWN = Family()
_O_EFFORTS = ("low", "medium", "high")
_EFFORTS = ("none", "minimal", *_O_EFFORTS, "xhigh")

_GPT_4O = Family(context=128_000, output=16_384, endpoints=(CHAT, RESPONSES), per_minute=30_000)
_GPT_4O_MINI = replace(_GPT_4O, per_minute=200_000)
_GPT_41 = replace(_GPT_4O, context=1_047_576, output=32_768)
_GPT_41_MINI = replace(_GPT_41, per_minute=200_000)
_OLD_CHAT = replace(_GPT_4O, output=4_096, structured=False, vocabulary="cl100k_base", fingerprint=False)
_BASE = Family(context=16_384, endpoints=(COMPLETIONS,), vocabulary="cl100k_base")
_SEARCH = replace(_GPT_4O, endpoints=(CHAT,), searches=True)
_AUDIO = replace(_GPT_4O, endpoints=(CHAT,), speaks=True)
_EMBEDDING = Family(context=8_192, endpoints=(EMBEDDINGS,), vocabulary="cl100k_base")

_THINKS = Family(
    efforts=_EFFORTS, effort="medium", thinking="current_turn", endpoints=(CHAT, RESPONSES), fingerprint=False
)
_O_SERIES = replace(_THINKS, context=200_000, output=100_000, efforts=_O_EFFORTS)
_LATE_O = replace(_O_SERIES, stops=False)
_EARLY_O = replace(_O_SERIES, context=128_000, structured=False, instructed=False, stops=False)
_GPT_5 = replace(
    _THINKS, context=400_000, output=128_000, efforts=("minimal", *_O_EFFORTS), stops=False, per_minute=500_000
)
_GPT_51 = replace(_GPT_5, efforts=("none", *_O_EFFORTS), effort="none")
_GPT_52 = replace(_GPT_51, efforts=("none", *_O_EFFORTS, "xhigh"), newest=True)
_GPT_54 = replace(_GPT_52, phases=True)
_GPT_55 = replace(_GPT_54, efforts=(*_GPT_54.efforts, "max"), effort="medium", stops=True)


def _only_in_responses(family: Family) -> Family:
    return replace(family, endpoints=(RESPONSES,))


# A name that continues one of these with a dash is a model of its family; the longest such name counts.
FAMILIES: dict[str, Family] = {
    "gpt-3.5-turbo": replace(_OLD_CHAT, snapshot="gpt-3.5-turbo-0125", context=16_385, per_minute=200_000),
    "gpt-3.5-turbo-instruct": replace(_BASE, snapshot="gpt-3.5-turbo-instruct:20230824-v2", context=4_096),
    "davinci-002": replace(_BASE, snapshot="davinci:2023-07-21-v2"),
    "babbage-002": replace(_BASE, snapshot="babbage:2023-07-21-v2"),
    "gpt-4": replace(_OLD_CHAT, snapshot="gpt-4-0613", context=8_192, output=8_192, per_minute=10_000),
    "gpt-4-32k": replace(_OLD_CHAT, context=32_768, output=32_768),
    "gpt-4-1106": _OLD_CHAT,
    "gpt-4-0125": _OLD_CHAT,
    "gpt-4-vision": _OLD_CHAT,
    "gpt-4-turbo": replace(_OLD_CHAT, snapshot="gpt-4-turbo-2024-04-09"),
    "gpt-4o": replace(_GPT_4O, snapshot="gpt-4o-2024-08-06"),
    "gpt-4o-2024-05-13": replace(_GPT_4O, output=4_096, structured=False),
    "gpt-4o-mini": replace(_GPT_4O_MINI, snapshot="gpt-4o-mini-2024-07-18"),
    "gpt-4o-search-preview": replace(_SEARCH, snapshot="gpt-4o-search-preview-2025-03-11"),
    "gpt-4o-mini-search-preview": replace(_SEARCH, snapshot="gpt-4o-mini-search-preview-2025-03-11"),
    "gpt-4o-audio-preview": replace(_AUDIO, snapshot="gpt-4o-audio-preview-2025-06-03"),
    "gpt-4o-mini-audio-preview": replace(_AUDIO, snapshot="gpt-4o-mini-audio-preview-2024-12-17"),
    "gpt-audio": replace(_AUDIO, snapshot="gpt-audio-2025-08-28"),
    "gpt-4.1": replace(_GPT_41, snapshot="gpt-4.1-2025-04-14"),
    "gpt-4.1-mini": replace(_GPT_41_MINI, snapshot="gpt-4.1-mini-2025-04-14"),
    "gpt-4.1-nano": replace(_GPT_41_MINI, snapshot="gpt-4.1-nano-2025-04-14"),
    "gpt-5": replace(_GPT_5, snapshot="gpt-5-2025-08-07"),
    "gpt-5-mini": replace(_GPT_5, snapshot="gpt-5-mini-2025-08-07"),
    "gpt-5-nano": replace(_GPT_5, snapshot="gpt-5-nano-2025-08-07"),
    "gpt-5-pro": _only_in_responses(replace(_GPT_5, snapshot="gpt-5-pro-2025-10-06", efforts=("high",), effort="high")),
    "gpt-5-codex": _only_in_responses(replace(_GPT_5, efforts=_O_EFFORTS)),
    "gpt-5-search-api": replace(_GPT_5, endpoints=(CHAT,), searches=True),
    "gpt-5-chat": replace(_GPT_4O, fingerprint=False),
    "gpt-5.1": replace(_GPT_51, snapshot="gpt-5.1-2025-11-13"),
    "gpt-5.1-codex-max": replace(_GPT_51, efforts=(*_GPT_51.efforts, "xhigh")),
    "gpt-5.2": replace(_GPT_52, snapshot="gpt-5.2-2025-12-11"),
    "gpt-5.4": replace(_GPT_54, snapshot="gpt-5.4-2026-03-05"),
    "gpt-5.5": _GPT_55,
    "gpt-5.6": replace(_GPT_55, thinking="all_turns", writes_cache=True),
    "o1": replace(_O_SERIES, snapshot="o1-2024-12-17"),
    "o1-mini": replace(_EARLY_O, snapshot="o1-mini-2024-09-12", output=65_536),
    "o1-preview": replace(_EARLY_O, snapshot="o1-preview-2024-09-12", output=32_768),
    "o1-pro": _only_in_responses(replace(_O_SERIES, snapshot="o1-pro-2025-03-19")),
    "o3": replace(_LATE_O, snapshot="o3-2025-04-16"),
    "o3-mini": replace(_O_SERIES, snapshot="o3-mini-2025-01-31", fingerprint=True),
    "o3-pro": _only_in_responses(replace(_LATE_O, snapshot="o3-pro-2025-06-10")),
    "o3-deep-research": _only_in_responses(replace(_LATE_O, snapshot="o3-deep-research-2025-06-26")),
    "o4-mini": replace(_LATE_O, snapshot="o4-mini-2025-04-16"),
    "o4-mini-deep-research": _only_in_responses(replace(_LATE_O, snapshot="o4-mini-deep-research-2025-06-26")),
    "text-embedding-3-small": _EMBEDDING,
    "text-embedding-3-large": _EMBEDDING,
    "text-embedding-ada-002": replace(_EMBEDDING, snapshot="text-embedding-ada-002-v2"),
}
# What a snapshot's name has behind that of its model: -2025-08-07, -0613, and as others write it -20250514.
_DATE = re.compile(r"-(?:20\d\d-[01]\d-[0-3]\d|20\d\d[01]\d[0-3]\d|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))")
_LATER = re.compile(r"o\d|gpt-(?:[5-9]|\d\d)")

_RETIRED = """
    text-davinci-003 text-davinci-002 text-davinci-001 text-curie-001 text-babbage-001 text-ada-001
    text-davinci-edit-001 davinci curie babbage ada code-davinci-002 code-davinci-001 code-cushman-001
    gpt-3.5-turbo-0301 gpt-3.5-turbo-0613 gpt-3.5-turbo-16k-0613 gpt-4-0314 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613
    gpt-4-vision-preview gpt-4-1106-vision-preview gpt-4.5-preview gpt-4.5-preview-2025-02-27
    o1-preview o1-preview-2024-09-12
"""
_RETIRED_NAMES = frozenset(_RETIRED.split())

# name -> the second in which it was created
CATALOGUE = {
    "gpt-4o": 1715367049,
    "gpt-4o-mini": 1721172741,
    "gpt-4.1": 1744316542,
    "gpt-4.1-mini": 1744318173,
    "gpt-5": 1754425777,
    "gpt-5-mini": 1754425928,
    "o3": 1744225308,
    "o4-mini": 1744225351,
    "gpt-3.5-turbo-instruct": 1692901427,
    "text-embedding-3-small": 1705948997,
    "text-embedding-3-large": 1705953180,
    "text-embedding-ada-002": 1671217299,
}


@lru_cache(maxsize=256)
def family(model: str) -> Family:
    """What is known of a model; a fine-tuned one is of the family that it was made from."""
    name = model.split(":")[1] if model.startswith("ft:") else model
    if name in FAMILIES:
        return FAMILIES[name]
    begun = [prefix for prefix in FAMILIES if name.startswith(f"{prefix}-")]
    if begun:
        return replace(FAMILIES[max(begun, key=len)], snapshot=None)
    return _THINKS if _LATER.match(name) else _UNKNOWN


def is_reasoning(model: str) -> bool:
    """Whether the model is of the o-series, gpt-5 or later."""
    return family(model).reasons


def resolved(model: str) -> str:
    """The name by which answers call a model: the dated snapshot behind an alias, any other name as it is."""
    return FAMILIES[model].snapshot or model if model in FAMILIES else model


def is_snapshot(name: str, model: str) -> bool:
    """Whether a name is that of a dated snapshot of the model: `gpt-5-2025-08-07` of `gpt-5`."""
    return name.startswith(model) and _DATE.fullmatch(name, len(model)) is not None


def is_retired(model: str) -> bool:
    """Whether OpenAI served the model once and does no longer."""
    return model in _RETIRED_NAMES


def is_base(model: str) -> bool:
    """Whether it is one of OpenAI's own models, which nobody can delete."""
    return model in CATALOGUE or (not model.startswith("ft:") and family(model) is not _UNKNOWN)


def describe(model: str) -> dict[str, object]:
    """The model object; a name that the catalogue lacks is a model of the user's own."""
    created = CATALOGUE.get(model, _FIRST_CREATED)
    owner = "system" if model in CATALOGUE else "user-fakeopenai"
    return {"id": model, "object": "model", "created": created, "owned_by": owner}
