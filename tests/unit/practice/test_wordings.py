"""The wordings that come with the program."""

from __future__ import annotations

import re

import pytest

from bot.knowledge.practice_schemas import KINDS
from tests.support.talk import library

BOOK = library().practice
NAMES_CLIENTS = ("华星", "海达", "百味", "绿源", "陈秀兰", "周明", "恒泰", "远航")


@pytest.mark.parametrize("persona", sorted(BOOK.personas))
def test_every_client_has_a_dozen_wordings_for_every_kind_of_reply(persona: str) -> None:
    short = {k: n for k in KINDS if (n := len(BOOK.wordings(BOOK.personas[persona], k))) < 12}
    assert short == {}


def test_general_wordings_tell_nothing_of_trade_or_person() -> None:
    everything = [w for words in BOOK.replies["any"].values() for w in words]
    assert [w for w in everything if re.search(r"公司|会计|老伴|女儿|先生|女士|[0-9]", w)] == []


def test_no_persona_is_a_client_of_the_sample_data() -> None:
    told = {p.id: repr(p.to_json()) for p in BOOK.personas.values()}
    assert [(i, n) for i, text in told.items() for n in NAMES_CLIENTS if n in text] == []


def test_what_stands_on_the_card_gives_no_hidden_need_away() -> None:
    for persona in BOOK.personas.values():
        shown = "".join(v for _, v in persona.card)
        said = [w for n in persona.needs for w in (*n.implied, *n.developed, *n.explicit)]
        assert not [w for w in said if w in shown], persona.id


@pytest.mark.parametrize("persona", sorted(BOOK.personas))
def test_no_question_of_the_bank_about_a_clients_need_closes_him_by_chance(persona: str) -> None:
    person = BOOK.personas[persona]
    asked = [a for q in library().bank.questions.values() if q.need in {n.code for n in person.needs} for a in q.asks]
    words = [w for t in (*person.closes, *person.forbidden) for w in t.words]
    assert [(w, a) for w in words for a in asked if w in a] == []
