"""Reads `client_words.yml`: what managers say and what the record holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from bot.clients.figures import CURRENT_ACCOUNT
from bot.clients.words import ClientWords, Group, Meaning, Measure
from bot.knowledge.files import LINE, Reader, Strict, bare
from bot.knowledge.schemas import Code, Segment, Text
from bot.zh.scripts import normalise

COLUMNS = {
    "annual_revenue", "headcount", "branches", "stores", "supplier_count", "dealer_count", "export_usd", "import_usd",
    "bank_count", "credit_line", "receivables_amount", "receivables_days", "children", "birth_date",
}  # fmt: skip
FLAGS = {"is_prospect", "is_group_parent", "is_core_enterprise", "is_business_owner"}
COUNTED = "products"  # the one measure without column and products: how many products are held
Words = Annotated[tuple[Text, ...], Field(min_length=1)]


class MeaningRow(Strict):
    words: Words
    stored: Annotated[tuple[str, ...], Field(min_length=1)]
    note: str = ""


class MeasureRow(Strict):
    code: Code
    name: Text
    unit: Text
    words: Words
    column: str = ""
    products: tuple[Code, ...] = ()
    measures: tuple[Text, ...] = ()


class GroupRow(Strict):
    name: Text
    words: Words
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]


class FlagRow(Strict):
    code: Code
    name: Text
    words: Words


class UnrecordedRow(Strict):
    words: Words
    say: Text


class ClientWordsFile(Strict):
    segments: dict[Segment, Words]
    tiers: tuple[MeaningRow, ...]
    credit_grades: Words
    risk_grades: Words
    risk_names: dict[str, Words]
    industries: tuple[MeaningRow, ...]
    regions: tuple[MeaningRow, ...]
    measures: tuple[MeasureRow, ...]
    product_groups: tuple[GroupRow, ...]
    flags: tuple[FlagRow, ...]
    need_words: dict[Code, Words]
    statuses: dict[Code, Words]
    unrecorded: tuple[UnrecordedRow, ...]
    filler: Words


def read_client_words(
    reader: Reader, path: Path, needs: Mapping[str, str], products: Iterable[str], tiers: Iterable[str]
) -> ClientWords:
    """Return the words; what does not fit is reported with its line. `needs`: code → name of needs.yml."""
    content = reader.mapping(path)
    try:
        row = ClientWordsFile.model_validate(bare(content))
    except ValidationError as error:
        for problem in error.errors() if content else ():
            where = ".".join(str(k) for k in problem["loc"])
            reader.report(path, _line(content, problem["loc"]), f"{where}：{problem['msg']}")
        return ClientWords()
    _check(reader, path, content, row, set(needs), {*products, CURRENT_ACCOUNT}, {*tiers, ""})
    return _words_of(row, needs)


def _line(content: Any, where: tuple[int | str, ...]) -> int:
    """The line of the innermost mapping on the way to a problem."""
    line = 1
    for key in where:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            break
        line = content.get(LINE, line) if isinstance(content, dict) else line
    return line


def _check(
    reader: Reader, path: Path, content: Any, row: ClientWordsFile, needs: set[str], products: set[str], tiers: set[str]
) -> None:
    def report(part: str, place: int, message: str) -> None:
        reader.report(path, content[part][place].get(LINE, 0), message)

    for place, tier in enumerate(row.tiers):
        for value in set(tier.stored) - tiers:
            report("tiers", place, f"客户层级没有“{value}”，应当是 facts.yml 里 tier 的选项")
    for place, measure in enumerate(row.measures):
        for code in sorted(set(measure.products) - products):
            report("measures", place, f"产品目录里没有“{code}”")
        if measure.column and measure.column not in COLUMNS:
            report("measures", place, f"column 不能是“{measure.column}”，可用：{'、'.join(sorted(COLUMNS))}")
        if bool(measure.column) == bool(measure.products) and measure.code != COUNTED:
            report("measures", place, "column 和 products 要写一个，只写一个")
    for place, group in enumerate(row.product_groups):
        for code in sorted(set(group.codes) - products):
            report("product_groups", place, f"产品目录里没有“{code}”")
    for place, flag in enumerate(row.flags):
        if flag.code not in FLAGS:
            report("flags", place, f"code 不能是“{flag.code}”，可用：{'、'.join(sorted(FLAGS))}")
    for code in sorted(set(row.need_words) - needs):
        reader.report(path, content["need_words"].get(LINE, 0), f"needs.yml 里没有“{code}”")
    for part in ("tiers", "industries", "regions", "measures", "product_groups", "flags"):
        seen: dict[str, int] = {}
        for place, entry in enumerate(getattr(row, part)):
            for word in entry.words:
                if seen.setdefault(word, place) != place:
                    report(part, place, f"“{word}”在 {part} 里写了两处")


def _words_of(row: ClientWordsFile, needs: Mapping[str, str]) -> ClientWords:
    def meanings(rows: Iterable[MeaningRow]) -> tuple[Meaning, ...]:
        return tuple(Meaning(_plain(r.words), r.stored, r.note) for r in rows)

    said = {code: (*_plain(row.need_words.get(code, ())), normalise(name)) for code, name in needs.items()}
    return ClientWords(
        segments={code: _plain(words) for code, words in row.segments.items()},
        tiers=meanings(row.tiers),
        credit_grades=row.credit_grades,
        risk_grades=row.risk_grades,
        risk_names={code: _plain(words) for code, words in row.risk_names.items()},
        industries=meanings(row.industries),
        regions=meanings(row.regions),
        measures={
            m.code: Measure(m.code, m.name, m.unit, _plain(m.words), m.column, m.products, m.measures)
            for m in row.measures
        },
        groups=tuple(Group(g.name, _plain(g.words), g.codes) for g in row.product_groups),
        flags=tuple(Group(f.name, _plain(f.words), (f.code,)) for f in row.flags),
        needs=said,
        need_names=dict(needs),
        statuses={code: _plain(words) for code, words in row.statuses.items()},
        unrecorded=tuple((_plain(u.words), u.say) for u in row.unrecorded),
        filler=_plain(row.filler),
    )


def _plain(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise(str(w)) for w in words))
