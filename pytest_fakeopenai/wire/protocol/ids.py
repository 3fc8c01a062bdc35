"""Ids and times as the API makes them: right prefix, alphabet and length, a function of a counter."""

from __future__ import annotations

import base64
import hashlib
import itertools
import time
import uuid
from collections.abc import Callable

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE58 = "".join(character for character in BASE62 if character not in "0OIl")
_CHAT_EPOCH = 1_576_800_000
_FIRST_SECOND = 1_767_225_600  # 2026-01-01T00:00:00Z, the first second of every test


def base62(number: int, width: int) -> str:
    """The last `width` base-62 digits of a number."""
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(BASE62[digit])
    return "".join(reversed(digits))


def _spelling(alphabet: str) -> bytes:
    """A letter of the alphabet for each of the 256 bytes, by which a digest is spelled in one step."""
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))


_LETTERS, _PLAIN_LETTERS = _spelling(BASE62), _spelling(BASE58)


class Ids:
    """The source of ids and times of one world: the same order of calls gives the same ids and seconds."""

    def __init__(self, seed: str = "", clock: Callable[[], int] | None = None) -> None:
        self._seed = seed
        self._count = itertools.count()
        self._second = _FIRST_SECOND - 1
        self._clock = clock or self._tick
        self._present = clock or (lambda: max(self._second, _FIRST_SECOND))

    @classmethod
    def real(cls) -> Ids:
        """Ids for a server that lives on: the wall clock, and a seed of its own."""
        return cls(seed=str(time.time_ns()), clock=lambda: int(time.time()))

    def _tick(self) -> int:
        self._second += 1
        return self._second

    def now(self) -> int:
        """The second at which an answer is created; by default each answer is one second after the last."""
        return self._clock()

    def branch(self, seed: str) -> Ids:
        """Ids of its own for something that goes on by itself, whatever is asked meanwhile; its time is the same."""
        own = Ids(self._seed + seed, self._clock)
        own._present = self._present
        return own

    def present(self) -> int:
        """The second that it is, which does not pass by asking."""
        return self._present()

    def _noise(self) -> bytes:
        """64 bytes, other ones each time."""
        return hashlib.blake2b(f"{self._seed}:{next(self._count)}".encode()).digest()

    def hexadecimal(self, width: int) -> str:
        """So many hexadecimal digits, 128 at most."""
        return self._noise().hex()[:width]

    def letters(self, width: int) -> str:
        """So many characters of 0-9, A-Z and a-z, 64 at most."""
        return self._noise()[:width].translate(_LETTERS).decode()

    def base58(self, width: int) -> str:
        """So many letters and digits that cannot be taken for one another, 64 at most."""
        return self._noise()[:width].translate(_PLAIN_LETTERS).decode()

    def completion(self, prefix: str, created: int) -> str:
        """`chatcmpl-…` or `cmpl-…`: its first five characters spell the second of creation."""
        return f"{prefix}-{base62(created - _CHAT_EPOCH, 5)}{self.letters(24)}"

    def uuid(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(bytes=self._noise()[:16], version=4))

    def call(self) -> str:
        """The id that ties a tool call to its output."""
        return f"call_{self.letters(24)}"

    def request(self) -> str:
        """The id in the header x-request-id."""
        return f"req_{self.hexadecimal(32)}"


class ResponseIds:
    """The ids of one response and its items: 50 hexadecimal digits that share a chain key and the second."""

    def __init__(self, ids: Ids, created: int, *, stored: bool, chain: str | None = None) -> None:
        self._ids = ids
        key = chain or ids.hexadecimal(16)
        self._head = f"{key}{'00' if stored else '01'}{created & 0xFFFFFFFF:08x}"
        self._shard = f"81{ids.hexadecimal(2)}"

    def make(self, prefix: str) -> str:
        """A new id: `resp_…`, `msg_…`, `fc_…`."""
        tail = self._ids.hexadecimal(20)
        return f"{prefix}_{self._head}{tail[:4]}{self._shard}{tail[4:]}"


class ConversationIds:
    """The ids of the items that are added to a conversation: 48 hexadecimal digits, which begin with the second."""

    def __init__(self, ids: Ids, created: int) -> None:
        self._ids = ids
        self._head = f"{created & 0xFFFFFFFF:08x}"

    def make(self, prefix: str) -> str:
        """A new id: `msg_…`, `fc_…`."""
        return f"{prefix}_{self._head}{self._ids.hexadecimal(40)}"


def chain_key(response_id: str) -> str | None:
    """The 16 digits that a response shares with those it continues."""
    key = response_id.partition("_")[2][:16]
    return key if len(key) == 16 else None


def is_unstored(key: object) -> bool:
    """Whether an item's id tells that its response was not to be stored."""
    return isinstance(key, str) and key.partition("_")[2][16:18] == "01"


def encrypted(item_id: str, occasion: int) -> str:
    """A text that looks like an item's encrypted content: another on each occasion that the item is sent."""
    noise = hashlib.shake_256(f"{item_id}:{occasion}".encode()).digest(208)
    second = int(item_id[-32:-24], 16)
    return base64.urlsafe_b64encode(b"\x80" + second.to_bytes(8, "big") + noise).decode()
