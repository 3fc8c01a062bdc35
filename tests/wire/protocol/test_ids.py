"""Ids and times: right prefix, alphabet and length, and the same again for the same order of calls."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakeopenai.wire.protocol.ids import BASE62, Ids, ResponseIds, base62, chain_key, encrypted

from ...properties import unhurried

FIRST_SECOND = 1_767_225_600


def from_base62(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 62 + BASE62.index(digit)
    return number


@unhurried
@given(st.integers(0, 62**30), st.integers(0, 30))
def test_spells_the_last_digits_of_a_number(number: int, width: int) -> None:
    digits = base62(number, width)

    assert len(digits) == width
    assert from_base62(digits) == number % 62**width


@pytest.mark.parametrize(
    ("number", "width", "digits"), [(0, 3, "000"), (61, 1, "z"), (62, 2, "10"), (35, 1, "Z"), (9, 0, "")]
)
def test_counts_in_digits_capitals_and_small_letters(number: int, width: int, digits: str) -> None:
    assert base62(number, width) == digits


@pytest.mark.parametrize(
    ("make", "pattern"),
    [
        (lambda ids: ids.completion("chatcmpl", FIRST_SECOND), r"chatcmpl-[0-9A-Za-z]{29}"),
        (lambda ids: ids.completion("cmpl", FIRST_SECOND), r"cmpl-[0-9A-Za-z]{29}"),
        (lambda ids: ids.call(), r"call_[0-9A-Za-z]{24}"),
        (lambda ids: ids.request(), r"req_[0-9a-f]{32}"),
        (lambda ids: ids.hexadecimal(7), r"[0-9a-f]{7}"),
        (lambda ids: ids.letters(9), r"[0-9A-Za-z]{9}"),
        (lambda ids: ResponseIds(ids, FIRST_SECOND, stored=True).make("resp"), r"resp_[0-9a-f]{50}"),
        (lambda ids: ResponseIds(ids, FIRST_SECOND, stored=False).make("msg"), r"msg_[0-9a-f]{50}"),
    ],
)
def test_looks_as_those_of_the_api(make: Callable[[Ids], str], pattern: str) -> None:
    identifiers = [make(Ids()), make(Ids(seed="other"))]

    assert [re.fullmatch(pattern, each) is not None for each in identifiers] == [True, True]
    assert identifiers[0] != identifiers[1]
    assert make(Ids()) == identifiers[0]


def test_never_makes_an_id_twice() -> None:
    ids = Ids()

    assert len({ids.call() for _ in range(1000)}) == 1000


def test_spells_the_second_of_creation_in_the_id_of_a_completion() -> None:
    completion_id = Ids().completion("chatcmpl", FIRST_SECOND)

    assert 1_576_800_000 + from_base62(completion_id.removeprefix("chatcmpl-")[:5]) == FIRST_SECOND


def test_lets_each_answer_be_one_second_after_the_last() -> None:
    ids = Ids()

    assert [ids.now(), ids.now(), ids.now()] == [FIRST_SECOND, FIRST_SECOND + 1, FIRST_SECOND + 2]


def test_takes_the_time_from_a_clock() -> None:
    assert Ids(clock=lambda: 7).now() == 7
    assert Ids.real().now() > FIRST_SECOND
    assert Ids.real().call() != Ids.real().call()


@pytest.mark.parametrize(("stored", "digits"), [(True, "00"), (False, "01")])
def test_shares_key_and_second_among_the_ids_of_one_response(stored: bool, digits: str) -> None:
    ids = ResponseIds(Ids(), FIRST_SECOND, stored=stored)
    suffixes = [ids.make(prefix).partition("_")[2] for prefix in ("resp", "msg", "fc")]

    heads = {each[:26] for each in suffixes}
    assert len(heads) == 1
    assert heads.pop()[16:] == f"{digits}{FIRST_SECOND:08x}"
    assert len(set(suffixes)) == 3


def test_passes_its_key_on_to_the_responses_that_continue_it() -> None:
    source = Ids()
    first = ResponseIds(source, FIRST_SECOND, stored=True).make("resp")
    second = ResponseIds(source, FIRST_SECOND + 1, stored=True, chain=chain_key(first)).make("resp")

    assert chain_key(second) == chain_key(first) == first[5:21]
    assert second != first


@pytest.mark.parametrize("response_id", ["", "resp", "resp_", "resp_123", "0123456789abcdef0123"])
def test_finds_no_key_in_an_id_of_the_tests_own(response_id: str) -> None:
    assert chain_key(response_id) is None


def test_makes_a_random_uuid() -> None:
    uuids = [Ids().uuid(), Ids(seed="other").uuid()]
    assert [str(uuid.UUID(each, version=4)) for each in uuids] == uuids
    assert uuids[0] != uuids[1]


def test_encrypts_anew_on_every_occasion() -> None:
    ids = ResponseIds(Ids(), FIRST_SECOND, stored=True)
    item, other = ids.make("rs"), ids.make("rs")
    texts = [encrypted(item, 0), encrypted(item, 1), encrypted(other, 0)]
    assert len(set(texts)) == 3
    assert encrypted(item, 0) == texts[0]
    for each in texts:
        token = base64.urlsafe_b64decode(each)
        assert (token[0], int.from_bytes(token[1:9], "big")) == (0x80, FIRST_SECOND)
        assert each.startswith("gAAAAAB")


def test_tells_the_present_second_without_passing_it() -> None:
    ticking, clocked = Ids(), Ids(clock=lambda: 7)
    second = ticking.now()

    assert [ticking.present(), ticking.present(), ticking.now()] == [second, second, second + 1]
    assert (clocked.present(), clocked.now()) == (7, 7)


def test_branches_into_ids_that_others_do_not_change() -> None:
    source = Ids()
    branch, again = source.branch("run_1"), Ids().branch("run_1")
    source.letters(24)

    assert branch.letters(24) == again.letters(24)
    assert branch.letters(24) != source.branch("run_2").letters(24)
    assert source.now() == branch.present()
    assert branch.now() == source.present() == source.now() - 1
