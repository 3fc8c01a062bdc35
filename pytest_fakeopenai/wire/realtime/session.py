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
    "create_response": True,
    "interrupt_response": True,
}
_INPUT: Json = {"format": _PCM, "transcription": None, "noise_reduction": None, "turn_detection": _SERVER_VAD}
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
        "audio": {"input": _INPUT},
        "include": None,
    },
    "translation": {
        "type": "translation",
        "model": "gpt-realtime-translate",
        "audio": {"input": {"transcription": None, "noise_reduction": None}, "output": {"language": "en"}},
    },
}


def session(settings: Json, session_id: str, expires_at: int, kind: str = "realtime") -> Json:
    """A session with a request's settings, of the type `kind` where these have none; it expires at a Unix time."""
    own_kind = settings.get("type")
    defaults = _DEFAULTS[own_kind if isinstance(own_kind, str) and own_kind in _DEFAULTS else kind]
    return {**merged(defaults, settings), "id": session_id, "expires_at": expires_at}


def merged(defaults: Json, settings: Json) -> Json:
    """Settings merged into defaults, object by object; tools and transcriptions get the fields that they leave out."""
    result = {**defaults}
    for name, value in settings.items():
        inner = defaults.get(name)
        result[name] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    if isinstance(result.get("transcription"), dict):
        result["transcription"] = {"language": None, "prompt": None, **result["transcription"]}
    if isinstance(result.get("tools"), list):
        result["tools"] = [_complete_tool(tool) for tool in result["tools"]]
    return result


def _complete_tool(tool: Json) -> Json:
    return {"description": None, **tool} if isinstance(tool, dict) and tool.get("type") == "function" else tool
