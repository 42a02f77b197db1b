"""`wenxu practice …`: checks the data of practice, plays sellers on it, writes out the gold set."""

from __future__ import annotations

import json
from pathlib import Path

from bot.knowledge.files import KnowledgeError, Reader
from bot.knowledge.library import Library
from bot.knowledge.practice import read_practice, read_rubric
from bot.ops.console import Report
from bot.ops.errors import OpsError
from bot.practice.book import Book, Rubric
from bot.practice.model import LEVEL_NAMES
from bot.practice.scoring import score
from bot.practice.tester import SELLER_NAMES, Result, passes, results
from bot.settings import ROOT, Settings

DATA = ROOT / "data" / "practice"
MOST_CHANGES = 30  # lines of what a rubric would change


def check_practice(settings: Settings, directory: Path = DATA) -> list[str]:
    """Return all problems of data/practice, each with file and line; those of data/knowledge are another check's."""
    try:
        library = Library.read(settings.knowledge_dir)
    except KnowledgeError:
        return []
    try:
        needs = {n.code: n.segment for n in library.bank.needs.values()}
        read_practice(directory, needs, library.catalogue.products)
    except KnowledgeError as error:
        return [f"data/practice/{problem}" for problem in error.problems]
    return []


def try_practice(settings: Settings, rubric: Path | None, report: Report) -> tuple[list[str], bool]:
    """Return (lines to show, whether every good seller passes and every poor one fails)."""
    library = Library.read(settings.knowledge_dir)
    book = library.practice
    other = _rubric(rubric) if rubric else None
    whole = max(1, len(book.personas) * len(LEVEL_NAMES) * len(SELLER_NAMES))
    found: list[Result] = []
    for one in results(book, library.bank, library.catalogue.products, other, rules=library.suitability):
        found.append(one)
        report(one.persona, len(found) / whole)
    wrong = [r for r in found if r.wrong]
    lines = [_row(book, found, seller) for seller in SELLER_NAMES]
    lines += [
        f"不对：{book.personas[r.persona].name}（{LEVEL_NAMES[r.level]}）{SELLER_NAMES[r.seller]}得 {r.total} 分"
        for r in wrong
    ]
    if other is not None:
        lines += ["", f"换成 {rubric} 之后：", *_changes(book, found), *_changed_sessions(settings, other)]
    return lines, not wrong


def _rubric(path: Path) -> Rubric:
    reader = Reader(path.parent)
    found = read_rubric(reader, path)
    reader.finish()
    assert found is not None
    return found


def _row(book: Book, found: list[Result], seller: str) -> str:
    mine = [r for r in found if r.seller == seller]
    totals = [r.total for r in mine if r.total is not None]
    span = f"{min(totals)}–{max(totals)}分" if totals else "未评估"
    return f"{SELLER_NAMES[seller]}：{len(mine)} 场，通过 {sum(r.passed for r in mine)} 场，{span}"


def _changes(book: Book, found: list[Result]) -> list[str]:
    changed = [r for r in found if (r.total, r.passed) != (r.changed, r.passes_then)]
    flips = sum(r.passed != r.passes_then for r in changed)
    lines = [f"脚本：{len(changed)} 场的分会变，其中 {flips} 场过与不过对调"]
    lines += [
        f"· {book.personas[r.persona].name}（{LEVEL_NAMES[r.level]}）{SELLER_NAMES[r.seller]}：{r.total} → {r.changed}"
        for r in sorted(changed, key=lambda r: r.passed == r.passes_then)[:MOST_CHANGES]
    ]
    return lines


def _changed_sessions(settings: Settings, other: Rubric) -> list[str]:
    """What the other rubric would make of the sessions that people have played; nothing is stored."""
    from bot.ops.prepare import in_database, migrate
    from bot.store import practice as store

    migrate(settings)

    def compare(session: object) -> list[tuple[int | None, int | None, bool, bool]]:
        rows = []
        for row in store.all_scored(session):  # type: ignore[arg-type]
            level, _ = store.level_of(row)
            new = score(store.persona_of(row), level, other, store.lines_of(row), row.outcome)
            rows.append((row.total, new.total, bool(row.passed), passes(other, new.total, bool(new.blockers))))
        return rows

    rows = in_database(settings, compare)
    changed = [r for r in rows if r[0] != r[1]]
    flips = sum(a != b for _, _, a, b in rows)
    return [f"已练过的：{len(rows)} 场，分会变的 {len(changed)} 场，过与不过对调的 {flips} 场（不改动已有成绩）"]


def export_gold(settings: Settings, path: Path) -> int:
    """Write the sentences that leads labelled, one JSON object per line; returns how many."""
    from bot.ops.prepare import in_database, migrate
    from bot.store import practice_verdicts as verdicts

    migrate(settings)
    rows = in_database(settings, verdicts.gold_rows)
    try:
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    except OSError as error:
        raise OpsError(f"写不了 {path}：{error.strerror}", "换一个可写的位置") from error
    return len(rows)


if __name__ == "__main__":  # the check alone, from a checkout, before anything is set up
    for line in check_practice(Settings()):
        print(line)
