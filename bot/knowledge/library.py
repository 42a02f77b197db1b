"""The whole knowledge of the product, read once at start: `Library.read(directory)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from bot.bundles.margins import NO_MARGINS, Margins
from bot.bundles.model import Bundle
from bot.bundles.suitability import NO_RULES, Suitability
from bot.catalogue.model import Catalogue
from bot.catalogue.names import NameBook
from bot.catalogue.words import Words
from bot.clients.words import ClientWords
from bot.intelligence.model import Rules
from bot.knowledge import schemas as s
from bot.knowledge.catalogue import read_catalogue
from bot.knowledge.client_words import read_client_words
from bot.knowledge.crosscheck import crosscheck
from bot.knowledge.files import Reader
from bot.knowledge.insight import load_rules
from bot.knowledge.lookup import read_words
from bot.knowledge.offers import read_margins, read_suitability
from bot.knowledge.practice import read_practice
from bot.practice.book import Book
from bot.visit.bank import Bank, Condition, FactSpec, Impact, Likely, Need, Opening, Question


@dataclass(frozen=True)
class Method:
    """A selling method to look up."""

    code: str
    name: str
    words: tuple[str, ...]
    definition: str
    example: str = ""
    use: str = ""
    practise: bool = False


@dataclass(frozen=True)
class Library:
    bank: Bank
    catalogue: Catalogue
    bundles: tuple[Bundle, ...]
    methods: tuple[Method, ...] = ()
    words: Words = field(default_factory=Words)
    suitability: Suitability = NO_RULES
    margins: Margins = NO_MARGINS
    client_words: ClientWords = field(default_factory=ClientWords)
    practice_source: Callable[[], Book] = Book  # read at first use; a copy of the library shares what was read

    @property
    def practice(self) -> Book:
        """All that practice is played and judged by. Raises KnowledgeError."""
        return self.practice_source()

    insight_source: Callable[[], Rules] = Rules

    @cached_property
    def book(self) -> NameBook:
        """The names of the catalogue's products; built at first use."""
        return NameBook(self.catalogue)

    @property
    def insight(self) -> Rules:
        """All that client intelligence computes by. Raises KnowledgeError."""
        return self.insight_source()

    @classmethod
    def read(cls, directory: Path) -> Library:
        """Raises KnowledgeError with every problem found, each with file and line."""
        reader = Reader(directory)
        bank, catalogue = _bank(reader, directory), read_catalogue(reader, directory / "catalogue.yml")
        library = cls(
            bank,
            catalogue,
            _bundles(reader, directory),
            _methods(reader, directory),
            read_words(reader, directory / "lookup.yml"),
            read_suitability(reader, directory / "suitability.yml", catalogue),
            read_margins(reader, directory / "margins.yml", catalogue, bank),
            client_words=read_client_words(
                reader,
                directory / "client_words.yml",
                {n.code: n.name for n in bank.needs.values()},
                catalogue.products,
                bank.facts["tier"].options if "tier" in bank.facts else (),
            ),
            practice_source=_practice_at(directory.parent / "practice", bank, catalogue),
        )
        library = replace(library, insight_source=_insight_at(directory.parent / "intelligence", library))
        crosscheck(library, reader, directory)
        reader.finish()
        return library


def _practice_at(directory: Path, bank: Bank, catalogue: Catalogue) -> Callable[[], Book]:
    needs = {n.code: n.segment for n in bank.needs.values()}
    return cache(lambda: read_practice(directory, needs, catalogue.products))


def _insight_at(directory: Path, library: Library) -> Callable[[], Rules]:
    return cache(lambda: load_rules(directory, library.catalogue.products, library.bank.needs, library.margins))


def _bank(reader: Reader, root: Path) -> Bank:
    needs = {
        r.code: Need(r.code, r.name, r.segment, r.means)
        for _, r in _rows(reader, root / "needs.yml", "needs", s.NeedRow)
    }
    facts = {
        r.code: FactSpec(
            r.code, r.name, r.segment, r.kind, r.unit, r.stale_after_days, r.measures, r.options, r.cues, r.source
        )
        for _, r in _rows(reader, root / "facts.yml", "facts", s.FactRow)
    }
    questions: dict[str, Question] = {}
    likely: dict[str, tuple[Likely, ...]] = {}
    for path in sorted((root / "questions").glob("*.yml")):
        content = reader.mapping(path)
        need = content.get("need", "")
        if need not in needs or path.stem != need:
            reader.report(path, 1, f"need 应当是 needs.yml 里的代码并与文件名相同，现在是“{need}”")
            continue
        likely[need] = tuple(
            Likely(Condition(r.fact, r.op, r.value), r.weight, r.say)
            for _, r in reader.rows(path, content.get("likely", []), s.LikelyRow)
        )
        for line, row in reader.rows(path, content.get("questions"), s.QuestionRow):
            if row.id in questions:
                reader.report(path, line, f"问题编号“{row.id}”重复")
            questions[row.id] = _question(need, row)
    openings = tuple(
        Opening(r.id, r.segment, r.text, _conditions(r.when))
        for _, r in _rows(reader, root / "openings.yml", "openings", s.OpeningRow)
    )
    impacts = tuple(_impact(r) for _, r in _rows(reader, root / "impacts.yml", "impacts", s.ImpactRow))
    return Bank(needs, facts, questions, likely, openings, impacts)


def _rows(reader: Reader, path: Path, key: str, model: type[s.Strict]):  # type: ignore[no-untyped-def]
    name = "id" if "id" in model.model_fields else "code"
    return reader.distinct(path, reader.rows(path, reader.mapping(path).get(key), model), name)


def _conditions(rows: tuple[s.ConditionRow, ...]) -> tuple[Condition, ...]:
    return tuple(Condition(r.fact, r.op, r.value) for r in rows)


def _question(need: str, row: s.QuestionRow) -> Question:
    return Question(
        row.id, need, row.type, row.asks, row.why, row.fills, _conditions(row.when), row.follow_up, row.confirm
    )


def _impact(row: s.ImpactRow) -> Impact:
    assumptions = tuple((a.code, a.name, a.value, a.why) for a in row.assumptions)
    return Impact(
        row.code, row.need, row.name, row.formula, row.shown, row.unit, row.inputs, row.result, assumptions, row.unless
    )


def _bundles(reader: Reader, root: Path) -> tuple[Bundle, ...]:
    return tuple(
        Bundle(
            r.code,
            r.name,
            r.segment,
            r.needs,
            r.core,
            r.plus,
            r.alternatives,
            r.pitch,
            r.eligibility,
            r.eligibility_notes,
            r.first_step,
            r.leads,
        )
        for _, r in _rows(reader, root / "bundles.yml", "bundles", s.BundleRow)
    )


def _methods(reader: Reader, root: Path) -> tuple[Method, ...]:
    rows = _rows(reader, root / "methods.yml", "methods", s.MethodRow)
    return tuple(Method(r.code, r.name, r.words, r.definition, r.example, r.use, r.practise) for _, r in rows)
