"""A realtime session as the API shows it: the settings of the request, merged into the defaults.

Reference: https://platform.openai.com/docs/api-reference/realtime-sessions
"""

from __future__ import annotations

from ..protocol.call import Json

_PCM: Json = {"type": "audio/pcm", "rate": 24000}
_SERVER_VAD: Json = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
}
_SEMANTIC_VAD: Json = {"type": "semantic_vad", "eagerness": "auto"}
_RESPONDING: Json = {"create_response": True, "interrupt_response": True}  # where there are responses
_AUDIO_INPUT: Json = {"format": _PCM, "transcription": None, "noise_reduction": None, "turn_detection": _SERVER_VAD}
_INPUT: Json = {**_AUDIO_INPUT, "turn_detection": {**_SERVER_VAD, **_RESPONDING}}
_CONVERSATION: Json = {
    "type": "realtime",
    "object": "realtime.session",
    "model": "gpt-realtime",
    "output_modalities": ["audio"],
    "instructions": "",
    "tools": [],
    "tool_choice": "auto",
    "max_output_tokens": "inf",
    "tracing": None,
    "truncation": "auto",
    "prompt": None,
    "audio": {"input": _INPUT, "output": {"format": _PCM, "voice": "alloy", "speed": 1.0}},
    "include": None,
}
_DEFAULTS: dict[str, Json] = {
    "realtime": _CONVERSATION,
    "transcription": {
        "type": "transcription",
        "object": "realtime.transcription_session",
        "audio": {"input": _AUDIO_INPUT},
        "include": None,
    },
    "translation": {
        "type": "translation",
        "model": "gpt-realtime-translate",
        "audio": {"input": {"transcription": None, "noise_reduction": None}, "output": {"language": "en"}},
        "include": None,
    },
}


def session(settings: Json, session_id: str, expires_at: int, kind: str = "realtime") -> Json:
    """A session with a request's settings, of the type `kind` where these have none; it expires at a Unix time."""
    own_kind = settings.get("type")
    defaults = _DEFAULTS[own_kind if isinstance(own_kind, str) and own_kind in _DEFAULTS else kind]
    if str(settings.get("model")).startswith(_NEWEST):
        defaults = merged(defaults, _OF_NEWEST)
    return {**merged(defaults, settings), "id": session_id, "expires_at": expires_at}


_NEWEST = "gpt-realtime-2.1"  # begin the names of the models with defaults of their own
_OF_NEWEST: Json = {"audio": {"input": {"turn_detection": {"silence_duration_ms": 500}}, "output": {"voice": "marin"}}}


def merged(defaults: Json, settings: Json) -> Json:
    """Settings merged into defaults, object by object; tools and transcriptions get the fields that they leave out."""
    result = {**defaults}
    for name, value in settings.items():
        inner = _semantic(defaults[name]) if _is_semantic(value) and name in defaults else defaults.get(name)
        result[name] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    if isinstance(result.get("transcription"), dict):
        result["transcription"] = {"language": None, "prompt": None, **result["transcription"]}
    if isinstance(result.get("tools"), list):
        result["tools"] = [_complete_tool(tool) for tool in result["tools"]]
    return result


def _is_semantic(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") == _SEMANTIC_VAD["type"]


def _semantic(detection: Json) -> Json:
    """The defaults of turns that end by what is said, in place of those that end by silence."""
    return {**_SEMANTIC_VAD, **{name: detection[name] for name in _RESPONDING if name in (detection or {})}}


def _complete_tool(tool: Json) -> Json:
    return {"description": None, **tool} if isinstance(tool, dict) and tool.get("type") == "function" else tool
