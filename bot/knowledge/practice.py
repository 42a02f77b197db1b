"""Reads data/practice: personas, tempers, levels, wordings, drills and the rubric; names file and line of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bot.knowledge import practice_schemas as s
from bot.knowledge.crosscheck import line_of
from bot.knowledge.files import LINE, Reader, Strict, bare
from bot.practice.book import Book, Common, Compliance, Criterion, Drill, Manner, Rubric
from bot.practice.model import Decides, Gatekeeper, HiddenNeed, Level, Objection, Persona, Temper, Topic, Trigger

SHORTEST_WORD = 2  # characters; one is hit by chance inside another word


def read_practice(root: Path, needs: Mapping[str, str] | None = None, products: Collection[str] | None = None) -> Book:
    """Return the book. `needs`: code → segment, `products`: codes, to check against; None leaves that check out.

    Raises KnowledgeError with every problem found, each with file and line.
    """
    reader = Reader(root)
    tempers = {r.code: Temper(**r.model_dump()) for _, r in _rows(reader, root / "tempers.yml", "tempers", s.TemperRow)}
    levels = {r.code: Level(**r.model_dump()) for _, r in _rows(reader, root / "levels.yml", "levels", s.LevelRow)}
    replies = _replies(reader, root / "replies", tempers)
    personas = _personas(reader, root / "personas", tempers, needs, products)
    drills = {
        r.code: Drill(**{k: _tuple(v) for k, v in r.model_dump().items()})
        for line, r in _rows(reader, root / "drills.yml", "drills", s.DrillRow)
        if _drill_fits(reader, root / "drills.yml", line, r, needs)
    }
    manners = _manners(reader, root / "rehearsal.yml", needs)
    common = _common(reader, root / "rehearsal_common.yml", tempers)
    rubric = read_rubric(reader, root / "rubric.yml")
    for code in [c for c in ("easy", "medium", "hard") if c not in levels]:
        reader.report(root / "levels.yml", 0, f"缺少难度 {code}")
    reader.finish()
    return Book(personas, tempers, levels, rubric, replies, drills, manners, common)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _rows(reader: Reader, path: Path, key: str, model: type[Strict]) -> Any:
    return reader.distinct(path, reader.rows(path, reader.mapping(path).get(key), model))


def _one(reader: Reader, path: Path, content: Any, model: type[Strict]) -> Any:
    """Return the file's content as one row of `model`, None when it does not fit. Lines come from the file's text."""
    from pydantic import ValidationError

    try:
        return model.model_validate(bare(content))
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(p) for p in problem["loc"])
            reader.report(path, _line(content, problem["loc"]), f"{where}：{problem['msg']}")
        return None


def _line(content: Any, where: tuple[Any, ...]) -> int:
    """Return the line of the innermost mapping on the way to `where`."""
    line = content.get(LINE, 0) if isinstance(content, dict) else 0
    for key in where:
        try:
            content = content[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(content, dict):
            line = content.get(LINE, line)
    return int(line)


def _replies(reader: Reader, folder: Path, tempers: Collection[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    if not (folder / "any.yml").exists():
        reader.report(folder / "any.yml", 0, "文件不存在")
    for path in sorted(folder.glob("*.yml")):
        general = path.stem == "any"
        if not general and path.stem not in tempers:
            reader.report(path, 0, f"文件名应当是 any 或 tempers.yml 里的性情，现在是“{path.stem}”")
        content = bare(reader.mapping(path))
        least = s.LEAST_GENERAL if general else s.LEAST_TEMPER
        found[path.stem] = {}
        for kind, words in content.items():
            if _wordings_fit(reader, path, kind, words, least):
                found[path.stem][kind] = tuple(words)
        for kind in [k for k in s.KINDS if general and k not in content]:
            reader.report(path, 0, f"缺少 {kind}（{s.KINDS[kind]}）")
    return found


def _wordings_fit(reader: Reader, path: Path, kind: Any, words: Any, least: int) -> bool:
    line = line_of(path, f"{kind}:")
    if kind not in s.KINDS:
        reader.report(path, line, f"没有“{kind}”这种回应，能用的有：{'、'.join(s.KINDS)}")
        return False
    if not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
        reader.report(path, line, f"{kind} 应当是一列句子；句子里有冒号、逗号、方括号的要加引号")
        return False
    for word in [w for w in words if words.count(w) > 1]:
        reader.report(path, line_of(path, word), f"{kind} 里“{word}”重复")
    if len(set(words)) < least:
        reader.report(path, line, f"{kind} 至少要 {least} 句，现在 {len(set(words))} 句")
    return True


def _personas(
    reader: Reader,
    folder: Path,
    tempers: Collection[str],
    needs: Mapping[str, str] | None,
    products: Collection[str] | None,
) -> dict[str, Persona]:
    found: dict[str, Persona] = {}
    for path in sorted(folder.glob("*.yml")):
        content = reader.mapping(path)
        row = _one(reader, path, content, s.PersonaFile) if content else None
        if row is None:
            continue
        for where, message in _persona_problems(row, path, tempers, needs, products):
            reader.report(path, line_of(path, where), message)
        found[row.id] = _persona(row)
    return found


def _persona(row: s.PersonaFile) -> Persona:
    raw = row.model_dump()
    return Persona(
        **{
            **raw,
            **_manner_of(raw),
            "card": tuple((c.label, c.value) for c in row.card),
            "facts": tuple(Topic(**f) for f in raw["facts"]),
            "needs": tuple(HiddenNeed(**n) for n in raw["needs"]),
        }
    )


def _manner_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What personas and the common part of rehearsals are both made of."""
    return {
        "decides": Decides(**raw["decides"]),
        "gatekeeper": Gatekeeper(**raw["gatekeeper"]),
        **{k: tuple(Trigger(**t) for t in raw[k]) for k in ("opens", "closes", "forbidden")},
        "objections": tuple(Objection(**o) for o in raw["objections"]),
    }


def _common(reader: Reader, path: Path, tempers: Collection[str]) -> dict[str, Common]:
    content = reader.mapping(path)
    row = _one(reader, path, content, s.CommonFile) if content else None
    if row is None:
        return {}
    raw = row.model_dump()
    for code in [t for part in raw.values() for t in part["temper"] if t not in tempers]:
        reader.report(path, line_of(path, "temper:"), f"tempers.yml 里没有性情“{code}”")
    return {segment: Common(**{**part, **_manner_of(part)}) for segment, part in raw.items()}


def _persona_problems(  # (what to look for in the file, message)
    row: s.PersonaFile,
    path: Path,
    tempers: Collection[str],
    needs: Mapping[str, str] | None,
    products: Collection[str] | None,
) -> list[tuple[str, str]]:
    found = [("id:", f"id 应当与文件名相同：{path.stem}")] if row.id != path.stem else []
    if row.temper not in tempers:
        found.append(("temper:", f"tempers.yml 里没有性情“{row.temper}”"))
    found += _code_problems(row, needs, products)
    if row.segment == "personal" and (row.age is None or not row.risk):
        found.append(("segment:", "个人客户要写 age 和 risk"))
    for when in ("benefit", "commitment"):
        if not any(o.when == when for o in row.objections):
            found.append(("objections:", f"缺少 when: {when} 的异议"))
    if not any(f.on_card for f in row.facts):
        found.append(("facts:", "至少一条 on_card: true 的事实，用来看有没有先读资料"))
    for need in row.needs:
        if not any(f.need == need.code and not f.on_card for f in row.facts):
            found.append((f"code: {need.code}", f"没有和“{need.code}”有关、资料上没写的事实，问状况问不出东西"))
    if not any(t.trust > 0 for t in row.opens):
        found.append(("opens:", "opens 要加信任（trust 大于 0）"))
    for kind in row.replies:
        if kind not in s.KINDS:
            found.append((f"{kind}:", f"没有“{kind}”这种回应"))
    return found + _short_words(row) + _repeats(row)


def _short_words(row: s.PersonaFile) -> list[tuple[str, str]]:
    """A chance hit inside another word costs the seller where a mood is lost; elsewhere one character may do."""
    heard = [w for x in (*row.closes, *row.forbidden) for w in x.words]
    return [(w, f"“{w}”太短，会在别的词里撞上，至少 {SHORTEST_WORD} 个字") for w in heard if len(w) < SHORTEST_WORD]


def _code_problems(
    row: s.PersonaFile, needs: Mapping[str, str] | None, products: Collection[str] | None
) -> list[tuple[str, str]]:
    found = []
    codes = [n.code for n in row.needs]
    for code in codes:
        if needs is not None and needs.get(code) != row.segment:
            found.append((f"code: {code}", f"needs.yml 里没有 {row.segment} 的需要“{code}”"))
        if codes.count(code) > 1:
            found.append((f"code: {code}", f"需要“{code}”重复"))
    for fact in row.facts:
        if fact.need and fact.need not in codes:
            found.append((f"id: {fact.id}", f"这位客户没有需要“{fact.need}”"))
        if [f.id for f in row.facts].count(fact.id) > 1:
            found.append((f"id: {fact.id}", f"事实“{fact.id}”重复"))
    found += [(f"{c}:", f"catalogue.yml 里没有产品“{c}”") for c in row.products if products and c not in products]
    return found


def _repeats(row: s.PersonaFile) -> list[tuple[str, str]]:
    """A sentence that stands twice would be said twice."""
    said = [
        *row.opening,
        *(x for f in row.facts for x in f.says),
        *(x for n in row.needs for x in (*n.implied, *n.developed, *n.explicit)),
        *(x for t in (*row.opens, *row.closes, *row.forbidden) for x in t.says),
        *(x for o in row.objections for x in (*o.says, *o.eased)),
        *row.decides.advance,
        *row.gatekeeper.asks,
        *row.gatekeeper.passes,
        *(x for words in row.products.values() for x in words),
        *(x for words in row.replies.values() for x in words),
    ]
    return [(w[:10], f"“{w}”写了两遍") for w in dict.fromkeys(said) if said.count(w) > 1]


def _drill_fits(reader: Reader, path: Path, line: int, row: s.DrillRow, needs: Mapping[str, str] | None) -> bool:
    if row.stage == "quality" and not (len(row.asks) == len(row.needs) == row.count):
        reader.report(path, line, f"“{row.code}”的 asks 和 needs 都应当正好 {row.count} 条")
        return False
    for need in [n for n in row.needs if needs is not None and n not in needs]:
        reader.report(path, line, f"needs.yml 里没有“{need}”")
    return True


def _manners(reader: Reader, path: Path, needs: Mapping[str, str] | None) -> dict[str, Manner]:
    if not path.exists():
        return {}
    found = {r.code: Manner(**r.model_dump()) for _, r in _rows(reader, path, "needs", s.RehearsalRow)}
    for code in [c for c in needs or () if c not in found]:
        reader.report(path, 0, f"缺少需要“{code}”的说法")
    for code in [c for c in found if needs is not None and c not in needs]:
        reader.report(path, line_of(path, f"code: {code}"), f"needs.yml 里没有“{code}”")
    return found


def read_rubric(reader: Reader, path: Path) -> Rubric | None:
    content = reader.mapping(path)
    row = _one(reader, path, content, s.RubricFile) if content else None
    if row is None:
        return None
    if sum(c.weight for c in row.criteria) != 100:
        reader.report(path, line_of(path, "criteria:"), "criteria 的 weight 之和应当是 100")
    codes = [c.code for c in row.criteria]
    for code in {c for c in codes if codes.count(c) > 1}:
        reader.report(path, line_of(path, f"code: {code}"), f"标准“{code}”重复")
    for rule in row.compliance:
        for pattern in (*rule.words, *rule.unless, *rule.levels):
            try:
                re.compile(pattern)
            except re.error as error:
                reader.report(path, line_of(path, pattern[:12]), f"“{pattern}”不是正确的模式：{error}")
    raw = row.model_dump()
    return Rubric(
        **{
            **raw,
            "criteria": tuple(Criterion(**c) for c in raw["criteria"]),
            "compliance": tuple(Compliance(**c) for c in raw["compliance"]),
        }
    )
