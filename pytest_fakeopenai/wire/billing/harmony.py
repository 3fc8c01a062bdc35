"""The layout that models with reasoning read, called harmony: the o-series, gpt-5 and later.

    <|start|>user<|message|>Is the lamp on?<|end|>
    <|start|>assistant<|channel|>analysis<|message|>I should look.<|end|>
    <|start|>assistant to=functions.lamp<|channel|>commentary<|constrain|>json<|message|>{"room":"hall"}<|call|>
    <|start|>functions.lamp<|channel|>commentary<|message|>on<|end|>
    <|start|>assistant

From gpt-5.2 on the author of a result is longer: `functions.lamp to=assistant`.
"""

from __future__ import annotations

from dataclasses import replace

from .layout import Layout, Place

CHAT = Layout(
    conversation=2,
    assistant=2,
    call=10,
    result=9,
    parallel=26,
    tools=Place(85, merged=84),
    format=Place(4, merged=3),
    text=3,
    one_call=10,
    calls=13,
    thinking=6,
)
CHAT_O_SERIES = replace(CHAT, tools=Place(4), format=Place(4))
CHAT_O3_MINI = replace(CHAT_O_SERIES, call=7, result=6, parallel=20)
RESPONSES = replace(
    CHAT,
    call=11,
    result=6,
    parallel=None,
    thought=2,
    tools=Place(3),
    format=Place(0),
    text=4,
    one_call=11,
    calls=14,
    thinking=2,
)
RESPONSES_O_SERIES = replace(RESPONSES, tools=Place(0))
RESPONSES_GPT_55 = replace(RESPONSES, thought=4)
RESPONSES_LATE = replace(RESPONSES, result=9)
