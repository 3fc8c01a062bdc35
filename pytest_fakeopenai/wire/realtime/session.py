"""A realtime session as the server describes it: what was asked for, laid over the defaults.

Reference: https://platform.openai.com/docs/api-reference/realtime-sessions
"""

from __future__ import annotations

from ..protocol.call import Json

_PCM: Json = {"type": "audio/pcm", "rate": 24000}
_LISTENING: Json = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
    "create_response": True,
    "interrupt_response": True,
}
_INPUT: Json = {"format": _PCM, "transcription": None, "noise_reduction": None, "turn_detection": _LISTENING}
_SPEAKING: Json = {
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
    "realtime": _SPEAKING,
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


def session(given: Json, session_id: str, expires_at: int, kind: str = "realtime") -> Json:
    """The session with this id that a request asks for; `kind` is what it is where the request does not say."""
    asked = given.get("type")
    defaults = _DEFAULTS[asked if isinstance(asked, str) and asked in _DEFAULTS else kind]
    return {**merged(defaults, given), "id": session_id, "expires_at": expires_at}


def merged(below: Json, above: Json) -> Json:
    """An object with another laid over it, objects within objects as well; tools and transcriptions made whole."""
    made = {**below}
    for name, value in above.items():
        inner = below.get(name)
        made[name] = merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    if isinstance(made.get("transcription"), dict):
        made["transcription"] = {"language": None, "prompt": None, **made["transcription"]}
    if isinstance(made.get("tools"), list):
        made["tools"] = [_whole_tool(tool) for tool in made["tools"]]
    return made


def _whole_tool(tool: Json) -> Json:
    return {"description": None, **tool} if isinstance(tool, dict) and tool.get("type") == "function" else tool
