"""What of a script no request has used, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ..settings import Settings
from .script import Rule, Script
from .summaries import show_entry

_MOST = 10


def unused(script: Script) -> Iterator[str]:
    """A paragraph on each: replies that nobody asked for, rules without a reply, rules that can never answer."""
    if leftover := [f"{place}: {show_entry(entry)}" for place, entry in script.leftover()]:
        count = "1 scripted reply was" if len(leftover) == 1 else f"{len(leftover)} scripted replies were"
        yield _paragraph(f"{count} never asked for", leftover, "Remove what is not needed")
    if bare := [_written(rule) for rule in script.rules if rule.is_bare]:
        yield _paragraph(f"{_rules(bare)} never given a reply", bare, "Give it one with .script(…) or .always(…)")
    if shadowed := [f"{_written(rule)}, behind {_written(other)}" for rule, other in script.shadowed().items()]:
        reason = f"{_rules(shadowed)} out of reach, for an earlier one always answers"
        yield _paragraph(reason, shadowed, "Tell them apart by their conditions")


def _written(rule: Rule) -> str:
    return f"{rule!r} at {rule.place}"


def _rules(rules: list[str]) -> str:
    return "1 rule was" if len(rules) == 1 else f"{len(rules)} rules were"


def _paragraph(title: str, items: list[str], advice: str) -> str:
    lines = [f"fake_openai: {title}:", *(f"  {item}" for item in items[:_MOST])]
    if len(items) > _MOST:
        lines.append(f"  and {len(items) - _MOST} more")
    return "\n".join([*lines, f"{advice}, or allow it: {Settings.unused.switch('allow')}."])
