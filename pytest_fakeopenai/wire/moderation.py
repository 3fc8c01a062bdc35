"""What a moderation flags here: a short list of words, so that a test can tell beforehand what will be flagged.

Reference: https://platform.openai.com/docs/guides/moderation
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache

from .protocol.call import Json

# The words and phrases that flag a text, by category; whole words count, in upper or lower case. A text is flagged in
# every category that it has a word of.
WORDS: dict[str, tuple[str, ...]] = {
    "harassment": ("idiot", "moron", "i hate you", "shut up, you"),
    "harassment/threatening": ("i will hurt you", "i will kill you", "you will pay for this"),
    "sexual": ("porn", "pornographic", "nude", "erotic"),
    "hate": ("subhuman", "vermin", "inferior race"),
    "hate/threatening": ("exterminate them", "exterminate the vermin"),
    "illicit": ("shoplift", "counterfeit money", "launder money", "cook meth"),
    "illicit/violent": ("build a bomb", "make a bomb", "buy an illegal gun"),
    "self-harm/intent": ("kill myself", "end my life", "hurt myself"),
    "self-harm/instructions": ("how to kill myself", "how to hurt myself", "ways to commit suicide"),
    "self-harm": ("suicide", "self-harm", "kill myself", "hurt myself"),
    "sexual/minors": ("child porn", "child pornography"),
    "violence": ("kill", "murder", "stab", "strangle", "massacre", "i will hurt you"),
    "violence/graphic": ("gore", "dismember", "disembowel", "bloodbath"),
}
_SEEN = {"sexual", "self-harm/intent", "self-harm/instructions", "self-harm", "violence", "violence/graphic"}
_NEW = {"illicit", "illicit/violent"}


@cache
def _pattern(category: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS[category]))})\b", re.IGNORECASE)


def result(texts: Sequence[str], *, images: bool = False, older: bool = False) -> Json:
    """What is found in texts, and images beside them, that are looked at together; images are never flagged.

    The older models know fewer categories, and do not say whether a text or an image was looked at.
    """
    names = [name for name in WORDS if not (older and name in _NEW)]
    categories = {name: any(_pattern(name).search(text) for text in texts) for name in names}
    looked_at = {name: _looked_at(name, bool(texts), images) for name in names}
    scores = {name: _score(name, texts, categories[name]) if looked_at[name] else 0.0 for name in names}
    body: Json = {"flagged": any(categories.values()), "categories": categories, "category_scores": scores}
    return body if older else {**body, "category_applied_input_types": looked_at}


def _looked_at(category: str, text: bool, image: bool) -> list[str]:
    return ["text"] * text + ["image"] * (image and category in _SEEN)


def _score(category: str, texts: Sequence[str], flagged: bool) -> float:
    """A score that looks like one: high where the category is flagged, else next to nothing."""
    share = zlib.crc32("\n".join((category, *texts)).encode("utf-8", "replace")) / 2**32
    return round(0.8 + 0.19 * share, 6) if flagged else round(1e-6 + 1e-4 * share, 9)
