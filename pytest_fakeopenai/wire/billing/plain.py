"""The layout that models without reasoning read: gpt-3.5, gpt-4, gpt-4o, gpt-4.1.

<start>system<sep>You look after a house.<end>
<start>user<sep>Is the lamp on?<end>
<start>assistant to=functions.lamp<sep>{"room":"hall"}<end>
<start>functions.lamp<sep>on<end>
<start>assistant<sep>
"""

from __future__ import annotations

from dataclasses import replace

from .layout import Layout, Place

CHAT = Layout(
    conversation=3,
    assistant=0,
    call=7,
    result=6,
    parallel=20,
    tools=Place(3, merged=-1),
    format=Place(4, merged=0),
    names_schema=True,
    text=0,
    text_beside_tools=1,
    refusal=1,
    one_call=7,
    calls=10,
    forced=0,
)
RESPONSES = replace(
    CHAT,
    result=4,
    parallel=None,
    tools=Place(3),
    headed=False,
    format=Place(1),
    names_schema=False,
    replayed=3,
    text=1,
    one_call=8,
    calls=11,
    forced=1,
)
CHAT_GPT_4_0613 = replace(CHAT, one_call=4)
CHAT_GPT_35_0301 = replace(CHAT, message=5)
