"""What a moderation flags: the words of a short list, so that a test can foresee what is flagged.

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
_IMAGE_CATEGORIES = {
    "sexual",
    "self-harm/intent",
    "self-harm/instructions",
    "self-harm",
    "violence",
    "violence/graphic",
}
_OMNI_CATEGORIES = {"illicit", "illicit/violent"}


@cache
def _pattern(category: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS[category]))})\b", re.IGNORECASE)


def result(texts: Sequence[str], *, images: bool = False, older: bool = False) -> Json:
    """A result for texts, and images beside them, that are moderated together: {`flagged`, `categories`, …}.

    Images are never flagged. The `older` models have fewer categories, and no `category_applied_input_types`.
    """
    names = [name for name in WORDS if not (older and name in _OMNI_CATEGORIES)]
    categories = {name: any(_pattern(name).search(text) for text in texts) for name in names}
    input_types = {name: _input_types(name, bool(texts), images) for name in names}
    scores = {name: _score(name, texts, categories[name]) if input_types[name] else 0.0 for name in names}
    body: Json = {"flagged": any(categories.values()), "categories": categories, "category_scores": scores}
    return body if older else {**body, "category_applied_input_types": input_types}


def _input_types(category: str, text: bool, image: bool) -> list[str]:
    """The kinds of input that a category is applied to, of those that there are."""
    return ["text"] * text + ["image"] * (image and category in _IMAGE_CATEGORIES)


def _score(category: str, texts: Sequence[str], flagged: bool) -> float:
    """A score, the same for the same texts: above 0.8 where the category is flagged, else next to nothing."""
    share = zlib.crc32("\n".join((category, *texts)).encode("utf-8", "replace")) / 2**32
    return round(0.8 + 0.19 * share, 6) if flagged else round(1e-6 + 1e-4 * share, 9)
