"""What a reply changes: facts taken down, needs raised, opened, made explicit or dismissed.

Nothing moves but on evidence in the client's words. The evidence of each step is the clause it was read from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.reading import Clause, Reading
from bot.visit.bank import Bank
from bot.visit.facts import read_facts
from bot.visit.model import Asked, Entry, Known, Open, VisitState, at_least
from bot.visit.yesno import agrees, complains, denies
from bot.zh.scripts import normalise

SURE = 0.5  # a need below this confidence is not taken down
SURE_ELSEWHERE = 0.6  # nor one below this when the open question was about something else
SHORT_QUOTE = 6  # characters
SURE_DENIAL = 0.75
SURE_IN_CLAUSE = 0.9  # of a clause alone, where the sentence as a whole shows no need: its stance, and the need
SURE_WISH = 0.8
SHORT_ANSWER = 10  # characters
WISH = re.compile(r"想|要|希望|最好|盼|巴不得|能不能|可不可以|需要|就好|求|让")
SURE_CLAUSE = 0.6  # a clause's own stance below this gives way to the sentence's
DENIAL = re.compile(
    r"不[难慢贵麻费缺愁担怕]|没(?:有|啥|什么)?(?:问题|困难|难处|麻烦|事|毛病|意见|抱怨|影响|出过|耽误|人抱怨)|(?<!不)够|(?<!不)满意|挺好|还行|(?<!不)可以|(?<!不)顺|省心|习惯了"
)
FAINT = 0.3  # enough to believe that a reply about something else is about this too
GUESS = 0.6  # a stance below this confidence is not enough by itself
PLAIN = 0.8  # a need at this confidence is hardly denied in the same breath
VOICED = {"implied_need", "explicit_need", "objection", "refusal", "continuation", "advance"}
REPORTED = re.compile(
    r"^(?:他们?|她们?|对方|客户|人家|老板娘?|[^，,。：:“”\"给跟向带让请约来去]{0,6}?(?:总|财务|会计|出纳|经理|主任|主管|总监|董事长|厂长|店长|老师|阿姨|先生|女士|太太|人事|老板娘?))"
    r"(?:[^，,。：:“”\"]{0,3}?(?:说|表示|反映|吐槽|抱怨|提到|告诉我|跟我说|觉得|承认|的原话)(?:了|过|他们|是)?|讲(?:了|过)?(?=[，,：:“\"他她我们]))[，,：:“\"]*"
)


@dataclass(frozen=True)
class Change:
    """One step of one need: from `before` (None: new) to `after`."""

    need: str
    before: str | None
    after: str
    quote: str


@dataclass(frozen=True)
class Heard:
    """What a reply did. `answered`: the open question got its answer; `understood`: anything at all was taken down."""

    state: VisitState
    changes: tuple[Change, ...]
    facts: tuple[Known, ...]
    answered: bool

    @property
    def understood(self) -> bool:
        return bool(self.changes or self.facts or self.answered)


def quote_of(text: str, start: int = 0, end: int | None = None) -> str:
    """Return the client's words without "财务说，" before them and punctuation around them; always a substring."""
    piece = text[start:end].strip(" ，,。；;！!？?～~\n")
    told = REPORTED.match(normalise(piece))  # the same length, so that the words stay verbatim
    stripped = piece[told.end() if told else 0 :].strip(' ，,。；;！!？?“”"')
    return stripped if len(stripped) >= 2 else piece


def hear(state: VisitState, reading: Reading, bank: Bank, turn: int, today: date) -> Heard:
    """Return the state after one reply of the client, and what it did."""
    fills = _open_fills(state.open, bank)
    specs = [s for s in bank.facts.values() if s.segment in (state.segment, "both")]
    facts = read_facts(reading, specs, fills, turn, today.isoformat(), _topic(state, bank))
    changes = _changes(state, reading, bank, facts)
    if not facts and all(state.open and c.need == state.open.need for c in changes):
        facts = _text_fact(state.open, fills, reading, bank, turn, today)
    after = replace(state, turn=turn)
    for known in facts:
        after = after.with_known(known)
    for change in changes:
        entry = after.entry(change.need) or Entry(change.need, "implied", change.quote, turn)
        after = after.with_entry(entry.to(change.after, change.quote, turn))
    answered = _answers(state.open, reading, changes, facts, fills)
    if state.open is not None:
        after = (
            close_open(after, "answered" if answered else "unclear")
            if answered or reading.stance == "unclear"
            else after
        )
    live = [c.need for c in changes if c.after != "dismissed"]
    focus = _focus(state, after, live)
    return Heard(replace(after, focus=focus), changes, facts, answered)


def close_open(state: VisitState, outcome: str) -> VisitState:
    """Return the state with the open question put among the asked ones."""
    if state.open is None:
        return state
    o = state.open
    return replace(state, open=None, asked=(*state.asked, Asked(o.id, o.need, o.kind, o.text, o.turn, outcome)))


def _open_fills(open_: Open | None, bank: Bank) -> tuple[str, ...]:
    question = bank.questions.get(open_.id) if open_ else None
    return question.fills if question else ()


def _topic(state: VisitState, bank: Bank) -> frozenset[str]:
    """Return the facts that questions on the open question's need ask for."""
    asked = state.open.need if state.open else ""
    return frozenset(code for q in bank.questions.values() if q.need == asked for code in q.fills)


def _text_fact(
    open_: Open | None, fills: tuple[str, ...], reading: Reading, bank: Bank, turn: int, today: date
) -> tuple[Known, ...]:
    """A fact in words (how they pay, which season) is the reply itself, when the question asked for just that."""
    wanted = [c for c in fills if bank.facts[c].kind in ("text", "choice")]
    if open_ is None or not wanted or reading.stance != "fact":
        return ()
    words = quote_of(reading.text)
    spec = bank.facts[wanted[0]]
    if spec.kind == "choice":
        chosen = next((o for o in spec.options if o in reading.text), None)
        return (Known(spec.code, chosen, "client", today.isoformat(), words, turn),) if chosen else ()
    return (Known(spec.code, words[:80], "client", today.isoformat(), words, turn),) if len(words) >= 2 else ()


def _changes(state: VisitState, reading: Reading, bank: Bank, facts: tuple[Known, ...]) -> tuple[Change, ...]:
    steps: dict[str, Change] = {}
    voiced = _voiced(state, reading, bank) or _voiced_by_figure(reading, bank, facts)
    for code, stance, quote in voiced:
        step = _step(state, code, stance, quote)
        if step is not None:
            steps[code] = step
    asked = state.open.need if state.open else None
    if asked and asked not in steps and _speaks_of(asked, state, reading, bank, facts):
        step = _about_open(state, reading, facts)
        if step is not None:
            steps[asked] = step
    return tuple(steps.values())


def _speaks_of(asked: str, state: VisitState, reading: Reading, bank: Bank, facts: tuple[Known, ...]) -> bool:
    """A reply that speaks only of other needs, be it to deny them or in their figures alone, says nothing of the one
    that was asked about."""
    segment = {n.code for n in bank.needs_of(state.segment)}
    others = any(code in segment - {asked} and confidence >= SURE_ELSEWHERE for code, confidence in reading.needs)
    owners = [_owners(k.code, bank) for k in facts]
    if any(asked in o for o in owners) or agrees(reading.text):
        return True
    others = others or (bool(owners) and all(owners))
    return not others or any(code == asked and confidence >= FAINT for code, confidence in reading.needs)


def _owners(fact: str, bank: Bank) -> frozenset[str]:
    """Return the needs whose questions ask for the fact."""
    return frozenset(q.need for q in bank.questions.values() if fact in q.fills)


def _voiced_by_figure(reading: Reading, bank: Bank, facts: tuple[Known, ...]) -> list[tuple[str, str, str]]:
    """A difficulty that names no need, told in a figure that one need alone asks for (对账要三四天), is of that need."""
    if reading.stance not in ("implied_need", "explicit_need"):
        return []
    owners = {o for k in facts if len(owned := _owners(k.code, bank)) == 1 for o in owned}
    return [(o, reading.stance, quote_of(reading.text)) for o in owners] if len(owners) == 1 else []


def _voiced(state: VisitState, reading: Reading, bank: Bank) -> list[tuple[str, str, str]]:
    """Return (need, stance, quote) for every need that the words carry, in the order of the text."""
    segment = {n.code for n in bank.needs_of(state.segment)}
    asked = state.open.need if state.open else None
    found = []
    for code, confidence in _needs(reading):
        if code not in segment or confidence < (SURE if code == asked else SURE_ELSEWHERE):
            continue
        if _tells_how(state, reading, code):
            continue
        clause = _best_clause(reading, code)
        complains = code == asked and state.open is not None and state.open.kind != "situation"
        complains = complains or (_hardly(reading) and confidence >= PLAIN)
        stance = _stance_for(reading, clause, code == asked, complains)
        if stance in VOICED:
            found.append((clause.start if clause else 0, code, stance, _quote_for(reading, code, clause)))
    return [(code, stance, quote) for _, code, stance, quote in sorted(found)]


def _needs(reading: Reading) -> list[tuple[str, float]]:
    """The needs of the sentence. When it shows none, those that a clause alone tells very surely: among figures a
    complaint is easily lost."""
    if any(confidence >= SURE for _, confidence in reading.needs):
        return list(reading.needs)
    found = dict(reading.needs)
    for clause in reading.clauses:
        if clause.stance in ("implied_need", "explicit_need") and clause.confidence >= SURE_IN_CLAUSE:
            found |= {code: confidence for code, confidence in clause.needs if confidence >= SURE_IN_CLAUSE}
    return list(found.items())


def _tells_how(state: VisitState, reading: Reading, need: str) -> bool:
    """Whether a short answer to a question of fact only names how it is done (系统自动归集), whatever wish it may read as."""
    if state.open is None or state.open.kind != "situation" or state.open.need != need:
        return False
    doubtful = reading.stance == "explicit_need" and reading.stance_confidence < SURE_WISH
    return doubtful and len(reading.text) <= SHORT_ANSWER and not WISH.search(reading.text)


def _best_clause(reading: Reading, need: str) -> Clause | None:
    """The clause that speaks of the need most plainly; one that tells a difficulty or a wish goes first."""
    chances = [(dict(c.needs).get(need, 0.0), -i, c) for i, c in enumerate(reading.clauses)]
    scored = [(p >= SURE and c.stance in ("implied_need", "explicit_need"), p, i, c) for p, i, c in chances]
    best = max(scored, key=lambda row: row[:3], default=None)
    return best[3] if best and best[1] >= FAINT else None


def _doubtful_denial(reading: Reading) -> bool:
    """Read as "no problem", but not surely, and without a word that denies: the need that is named decides."""
    return (
        reading.stance == "no_problem" and reading.stance_confidence < SURE_DENIAL and not DENIAL.search(reading.text)
    )


def _stance_for(reading: Reading, clause: Clause | None, on_topic: bool, complains: bool) -> str:
    """Clauses are read by themselves, the sentence as an answer to the open question: the question colours only what
    is said about its own need. A plain fact is a difficulty only in answer to the question for one (`complains`): how
    they work now is no complaint."""
    whole = "implied_need" if (reading.stance == "fact" and complains) or _doubtful_denial(reading) else reading.stance
    if clause is None:
        return whole
    own = clause.stance if clause.stance in ("implied_need", "explicit_need", "no_problem") else ""
    if own != whole and clause.confidence < min(SURE_CLAUSE, reading.stance_confidence):
        own = ""  # a piece cut off reads less surely than the sentence it stands in; of two guesses the surer holds
    if own == "no_problem" and whole in VOICED and not DENIAL.search(reading.text[clause.start : clause.end]):
        own = "implied_need"
    if whole in ("objection", "refusal", "continuation") and own == "":
        return "implied_need"  # a need voiced in it is a difficulty conceded
    if own == "explicit_need" and whole == "implied_need" and sum(p >= SURE for _, p in reading.needs) == 1:
        return whole  # one matter, told as a difficulty: a piece of it cut off is no wish
    if on_topic:
        return "explicit_need" if "explicit_need" in (own, whole) else own or whole
    return own or ("implied_need" if whole == "explicit_need" else whole)


def _quote_for(reading: Reading, need: str, clause: Clause | None) -> str:
    """The clause, with the neighbours that speak of the same need, or the whole reply."""
    if clause is None:
        return quote_of(reading.text)
    clauses = list(reading.clauses)
    first = last = clauses.index(clause)
    while last + 1 < len(clauses) and dict(clauses[last + 1].needs).get(need, 0.0) >= SURE:
        last += 1
    while first > 0 and dict(clauses[first - 1].needs).get(need, 0.0) >= SURE:
        first -= 1
    if first > 0 and clauses[last].end - clauses[first].start < SHORT_QUOTE:
        first -= 1  # a scrap ("想调就调") says nothing by itself
    return quote_of(reading.text, clauses[first].start, clauses[last].end)


def _step(state: VisitState, need: str, stance: str, quote: str) -> Change | None:
    before = state.status(need)
    if stance == "no_problem":
        return None
    if stance == "explicit_need":
        return None if at_least(before, "explicit") else Change(need, before, "explicit", quote)
    if before in (None, "dismissed"):
        return Change(need, before, "implied", quote)
    on_topic = state.open is not None and state.open.need == need
    if before == "implied" and on_topic and state.open is not None and state.open.kind == "implication":
        return Change(need, before, "developed", quote)
    if (
        before == "developed"
        and on_topic
        and state.open is not None
        and state.open.kind == "need_payoff"
        and stance == "advance"
    ):
        return Change(need, before, "explicit", quote)
    return None


def _about_open(state: VisitState, reading: Reading, facts: tuple[Known, ...]) -> Change | None:
    """A reply that names no need speaks of the one that was asked about."""
    assert state.open is not None
    need, kind, before = state.open.need, state.open.kind, state.status(state.open.need)
    quote = quote_of(reading.text)
    if _says_no(reading):
        if kind == "problem" and not at_least(before, "implied") and not _in_doubt(reading, need):
            return Change(need, before, "dismissed", quote)
        return None
    yes = agrees(reading.text) or reading.intent == "affirm"
    if kind == "problem" and not at_least(before, "implied"):
        if reading.stance == "explicit_need":
            return Change(need, before, "explicit", quote)
        difficult = reading.stance == "implied_need" or yes or complains(reading.text)
        return Change(need, before, "implied", quote) if difficult else None
    if kind == "implication" and before == "implied":
        acknowledged = yes or reading.stance in ("implied_need", "explicit_need", "advance") or bool(facts)
        return Change(need, before, "developed", quote) if acknowledged else None
    if kind == "need_payoff" and before in ("implied", "developed"):
        wants = yes or reading.stance in ("explicit_need", "advance")
        return Change(need, before, "explicit", quote) if wants else None
    return None


def _in_doubt(reading: Reading, need: str) -> bool:
    """Read as “no problem”, but hardly, or plainly as the need too: nothing is thrown away on that, the manager is asked."""
    if reading.stance != "no_problem" or denies(reading.text):
        return False
    return _hardly(reading) or dict(reading.needs).get(need, 0.0) >= PLAIN


def _hardly(reading: Reading) -> bool:
    """Whether the stance is little more than a guess; a reading without a confidence is taken as it is."""
    return 0.0 < reading.stance_confidence < GUESS


def _says_no(reading: Reading) -> bool:
    """What the sentence was read as counts before its first word: 没有，都是手工弄的，累死了 is a difficulty."""
    if reading.stance == "explicit_need" or agrees(reading.text) or complains(reading.text):
        return False
    if reading.intent == "deny" and reading.stance != "implied_need":
        return True
    return reading.stance in ("no_problem", "refusal") or denies(reading.text, wholly=reading.stance == "implied_need")


def _answers(
    open_: Open | None, reading: Reading, changes: tuple[Change, ...], facts: tuple[Known, ...], fills: tuple[str, ...]
) -> bool:
    if open_ is None:
        return False
    if any(c.need == open_.need for c in changes) or any(k.code in fills for k in facts):
        return True
    if open_.kind == "problem" and _in_doubt(reading, open_.need):
        return False
    return reading.stance != "unclear" and (bool(reading.stance) or agrees(reading.text) or denies(reading.text))


def _focus(before: VisitState, after: VisitState, live: list[str]) -> str | None:
    """Follow the asked need while it is being developed, else the first one that the client raised."""
    unfinished = [
        n for n in ([before.focus] if before.focus else []) + live if after.status(n) in ("implied", "developed")
    ]
    if unfinished:
        return unfinished[0]
    rest = after.needs("developed", "implied")
    return rest[0].need if rest else None
