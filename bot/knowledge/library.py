"""The whole knowledge of the product, read once at start: `Library.read(directory)`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.bundles.model import Bundle
from bot.catalogue.model import Ambiguous, Catalogue, Product, Regulation
from bot.knowledge import schemas as s
from bot.knowledge.crosscheck import crosscheck
from bot.knowledge.files import LINE, Reader, bare
from bot.visit.bank import Bank, Condition, FactSpec, Impact, Likely, Need, Opening, Question


@dataclass(frozen=True)
class Method:
    """A selling method to look up."""

    code: str
    name: str
    words: tuple[str, ...]
    definition: str
    example: str = ""


@dataclass(frozen=True)
class Library:
    bank: Bank
    catalogue: Catalogue
    bundles: tuple[Bundle, ...]
    methods: tuple[Method, ...] = ()

    @classmethod
    def read(cls, directory: Path) -> Library:
        """Raises KnowledgeError with every problem found, each with file and line."""
        reader = Reader(directory)
        library = cls(
            _bank(reader, directory),
            _catalogue(reader, directory),
            _bundles(reader, directory),
            _methods(reader, directory),
        )
        crosscheck(library, reader, directory)
        reader.finish()
        return library


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


def _catalogue(reader: Reader, root: Path) -> Catalogue:
    path = root / "catalogue.yml"
    content = reader.mapping(path)
    rows = reader.distinct(path, reader.rows(path, content.get("products"), s.ProductRow))
    products = {r.code: _product(r) for _, r in rows}
    ambiguous = {
        r.alias: Ambiguous(r.alias, r.codes, r.ask)
        for _, r in reader.distinct(path, reader.rows(path, content.get("ambiguous", []), s.AmbiguousRow), "alias")
    }
    labels = {k: v for k, v in (content.get("term_labels") or {}).items() if k != LINE}
    return Catalogue(products, ambiguous, labels, str(bare(content.get("checked_until", ""))))


def _product(row: s.ProductRow) -> Product:
    return Product(
        code=row.code,
        name=row.name,
        segment=row.segment,
        category=row.category,
        summary=row.summary,
        aliases=row.aliases,
        features=row.features,
        advantages=row.advantages,
        benefits={b.need: b.text for b in row.benefits},
        terms=row.terms,
        fixed_terms=frozenset(row.fixed_terms),
        eligibility=row.eligibility,
        documents=row.documents,
        channels=row.channels,
        suitability=row.suitability or "",
        excludes=frozenset(row.excludes),
        regulation=tuple(Regulation(r.rule, r.number, r.fixes, r.effective, r.expires, r.seen) for r in row.regulation),
        varies=row.varies,
        verified=row.verified,
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
        )
        for _, r in _rows(reader, root / "bundles.yml", "bundles", s.BundleRow)
    )


def _methods(reader: Reader, root: Path) -> tuple[Method, ...]:
    rows = _rows(reader, root / "methods.yml", "methods", s.MethodRow)
    return tuple(Method(r.code, r.name, r.words, r.definition, r.example) for _, r in rows)
