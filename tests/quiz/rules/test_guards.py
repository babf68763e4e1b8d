"""Nicknames, masks, tokens, proof of work, receipts, signals and the draw as pure rules."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.quiz.queries.words import word_list
from outreach.quiz.rules import draw, nicknames, receipts, signals, tokens, work
from outreach.quiz.rules.masks import masked_name, masked_phone
from outreach.quiz.rules.nicknames import NicknameFault
from outreach.quiz.rules.receipts import SavedAnswer
from outreach.quiz.rules.signals import AttemptTrace
from outreach.quiz.rules.work import WorkFault

KEY = b"key of the tests"


@pytest.mark.parametrize(
    ("nickname", "fault"),
    [
        ("小水滴", None),
        ("Alice 42", None),
        ("爱水的张老师", None),
        ("é́́clair节水", NicknameFault.UNREADABLE),
        ("水", NicknameFault.TOO_SHORT),
        ("。。。", NicknameFault.TOO_SHORT),
        ("水" * 21, NicknameFault.TOO_LONG),
        ("管理员", NicknameFault.WORD),
        ("管 理 员", NicknameFault.WORD),
        ("管-理_员", NicknameFault.WORD),
        ("管1理2员", NicknameFault.WORD),
        ("管管理员", NicknameFault.WORD),
        ("ＡＤＭＩＮ水", NicknameFault.WORD),
        ("4dm1n", NicknameFault.WORD),
        ("àdmìn水", NicknameFault.WORD),
        ("13812345678", NicknameFault.PERSONAL_NUMBER),
        ("138-1234-5678", NicknameFault.PERSONAL_NUMBER),
        ("一三八一二三四五六七八", NicknameFault.PERSONAL_NUMBER),
        ("①③⑧①②③④⑤⑥⑦⑧", NicknameFault.PERSONAL_NUMBER),
        ("110101199003078515", NicknameFault.PERSONAL_NUMBER),
        ("水a@b.cn", NicknameFault.CONTACT),
        ("www.water", NicknameFault.CONTACT),
    ],
)
def test_nicknames_are_read_through_their_disguises(nickname: str, fault: NicknameFault | None) -> None:
    assert nicknames.nickname_fault(nicknames.cleaned(nickname), word_list()) is fault


def test_invisible_characters_do_not_hide_a_word() -> None:
    assert nicknames.cleaned("管\u200b理\u202e员\x00") == "管理员"


@given(st.text(max_size=40))
def test_no_text_breaks_the_nickname_rule(text: str) -> None:
    plain = nicknames.cleaned(text)
    assert nicknames.cleaned(plain) == plain
    nicknames.nickname_fault(plain, word_list())


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("Alice Smith", "A*****"),
        ("水", "水*"),
        ("", ""),
    ],
)
def test_names_are_masked_in_one_way(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13812345678", "138****5678"), ("138-1234-5678", "138****5678"), ("010 6320", "*****20"), ("12", "**")],
)
def test_phones_are_masked_in_one_way(phone: str, masked: str) -> None:
    assert masked_phone(phone) == masked


def test_signed_tokens_open_one_thing_only() -> None:
    public_id = tokens.new_public_id()
    token = tokens.signed(KEY, "attempt", public_id)
    assert tokens.read_signed(KEY, "attempt", token) == public_id
    for kind, other in (
        ("participant", token),
        ("attempt", token[:-1] + "_"),
        ("attempt", token + "x"),
        ("attempt", ""),
    ):
        assert tokens.read_signed(KEY, kind, other) is None
    assert tokens.read_signed(b"other", "attempt", token) is None


@given(st.text(max_size=100))
def test_no_text_is_a_token_by_accident(text: str) -> None:
    assert tokens.read_signed(KEY, "attempt", text) is None


def test_codes_can_be_typed_carelessly() -> None:
    code = tokens.new_code()
    assert len(code) == 19
    assert tokens.code_hash(KEY, "r", f" {code.lower().replace('0', 'O').replace('1', 'l')} ") == tokens.code_hash(
        KEY, "r", code
    )
    assert tokens.code_hash(KEY, "r", code) != tokens.code_hash(KEY, "c", code)


def test_proof_of_work_is_bound_to_its_purpose_its_time_and_its_difficulty() -> None:
    challenge = work.new_challenge(KEY, "join:1", 8, 1000)
    answer = work.solve(challenge)
    assert work.check(KEY, "join:1", challenge, answer, bits=8, now_s=1000) is None
    cases = [
        (("join:2", challenge, answer, 8, 1000), WorkFault.FORGED),
        (("join:1", challenge, answer, 8, 1000 + 1801), WorkFault.EXPIRED),
        (("join:1", challenge, answer, 28, 1000), WorkFault.WRONG),
        (("join:1", challenge, "x", 8, 1000), WorkFault.MALFORMED),
        (("join:1", "a.b", answer, 8, 1000), WorkFault.MALFORMED),
        (("join:1", "é" + challenge, answer, 8, 1000), WorkFault.MALFORMED),
    ]
    for (purpose, question, number, bits, now_s), fault in cases:
        assert work.check(KEY, purpose, question, number, bits=bits, now_s=now_s) is fault
    easy = work.new_challenge(KEY, "join:1", 1, 1000)
    assert work.check(KEY, "join:1", easy, work.solve(easy), bits=20, now_s=1000) is WorkFault.WRONG


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5), st.text(max_size=3)), max_size=12), st.randoms())
def test_the_newest_answer_wins_whatever_the_order(rows: list[tuple[int, int, str]], chance: object) -> None:
    batch = list({(p, s): SavedAnswer(p, s, (v,)) for p, s, v in rows}.values())
    mixed = sorted(batch, key=lambda _one: chance.random())  # type: ignore[attr-defined]  # a Random
    assert receipts.newest(mixed) == receipts.newest(batch)
    assert receipts.next_link("x", mixed) == receipts.next_link("x", batch)


def test_a_chain_of_receipts_tells_every_change() -> None:
    start = receipts.first_link("id")
    one = receipts.next_link(start, [SavedAnswer(0, 1, ("a",))])
    assert one != receipts.next_link(start, [SavedAnswer(0, 1, ("b",))])
    assert one != receipts.next_link(one, [SavedAnswer(0, 1, ("a",))])
    assert len(receipts.short(one)) == 14


SAME = frozenset((number, ("2",)) for number in range(6))


def trace(attempt_id: int, **values: object) -> AttemptTrace:
    given = {"participant_id": attempt_id, "questions": 10, "elapsed_ms": 120_000, **values}
    return AttemptTrace(attempt_id, **given)  # type: ignore[arg-type]  # values of the fields


def test_q18_equal_wrong_answers_speed_and_shared_devices_are_signals() -> None:
    alike = signals.same_answers([trace(1, wrong=SAME, neighbourhood="n"), trace(2, wrong=SAME, neighbourhood="n")])
    apart = signals.same_answers([trace(1, wrong=SAME, neighbourhood="n"), trace(2, wrong=SAME, neighbourhood="m")])
    fast, shared = signals.too_fast(trace(3, elapsed_ms=4000)), signals.shared_device(5, 4)
    assert [(one.attempt_id, one.kind) for one in alike] == [(1, "same-answers"), (2, "same-answers")]
    assert alike[0].weight == apart[0].weight + 20, "one network says more"
    assert fast is not None
    assert fast.kind == "too-fast"
    assert shared is not None
    assert shared.kind == "shared-device"
    assert all(1 <= one.weight <= 100 for one in (*alike, *apart, fast, shared))


def test_one_persons_own_attempts_a_family_and_a_slow_paper_are_no_signal() -> None:
    assert signals.same_answers([trace(1, wrong=SAME, participant_id=7), trace(2, wrong=SAME, participant_id=7)]) == []
    assert signals.shared_device(1, 3) is None
    assert signals.too_fast(trace(1)) is None


def test_papers_with_one_fingerprint_are_found_among_others() -> None:
    prints = signals.Fingerprints()
    other = frozenset((number, ("3",)) for number in range(6))
    few = frozenset((number, ("2",)) for number in range(4))
    for number, wrong in enumerate([SAME, few, other, SAME, few, frozenset(), other, SAME], start=1):
        prints.add(trace(number, wrong=wrong))
    prints.add(trace(9, wrong=frozenset((number, ("1",)) for number in range(6))))
    assert sorted(map(sorted, prints.groups())) == [[1, 4, 8], [3, 7]]


@pytest.mark.parametrize(
    ("one", "other", "is_beside"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1:1::/64", "2001:db8:1:ffff::/64", True),
        ("2001:db8:1:1::/64", "2001:db8:2:1::/64", False),
    ],
)
def test_networks_beside_each_other_are_one_neighbourhood(one: str, other: str, *, is_beside: bool) -> None:
    first, second = (tokens.network_hash(b"key", network) for network in (one, other))
    assert (tokens.neighbourhood_of(first) == tokens.neighbourhood_of(second)) is is_beside
    assert first != second
    assert len(first) == 32
    assert one.split("/")[0] not in first


def test_a_network_that_is_not_known_has_no_hash() -> None:
    assert tokens.network_hash(b"key", "unknown") == tokens.network_hash(b"key", "") == ""


CODES = st.sets(st.text("0123456789abcdef", min_size=4, max_size=8), min_size=1, max_size=40)
SEEDS = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


@given(CODES, SEEDS, st.integers(1, 50), st.text(max_size=5))
def test_r06_winners_are_different_entrants_and_always_the_same(
    codes: set[str], seed: str, places: int, value: str
) -> None:
    won = draw.winners(codes, seed, places, value)
    assert won == draw.winners(sorted(codes, reverse=True), seed, places, value)
    assert len(won) == len(set(won)) == min(places, len(codes))
    assert set(won) <= codes
    assert draw.winners(codes, seed, 1, value) == won[:1], "more prizes change no earlier place"


def test_r06_every_entrant_has_the_same_chance() -> None:
    counts = Counter(draw.winners("abcdefgh", f"{number:064x}", 1)[0] for number in range(8000))
    assert all(abs(count - 1000) < 130 for count in counts.values())


def test_prizes_go_in_the_order_of_the_plan() -> None:
    plan = draw.DrawPlan((draw.Prize("一等奖", 1), draw.Prize("二等奖", 2)), minimum_centipoints=100, day="2026-04-23")
    assert [plan.prize_of(place) for place in range(1, 5)] == ["一等奖", "二等奖", "二等奖", ""]
    assert draw.plan_from(plan.as_dict()) == plan
