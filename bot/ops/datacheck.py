"""`wenxu check`: every data file, by the checkers of those who read them."""

from __future__ import annotations

from bot.knowledge.files import KnowledgeError
from bot.knowledge.library import Library
from bot.ops.console import Report
from bot.ops.practice import check_practice
from bot.settings import ROOT, Settings


def check_data(settings: Settings, report: Report) -> list[str]:
    """Return all problems, each with file and line."""
    from bot.ops.nludata import check

    report("知识文件", 0.0)
    problems = _knowledge(settings)
    problems += check_practice(settings)
    report("训练数据", 0.3)
    problems += [f"{p.file}:{p.line}: {p.message}" for p in check(ROOT)]
    report("", 1.0)
    return problems


def _knowledge(settings: Settings) -> list[str]:
    try:
        library = Library.read(settings.knowledge_dir)
    except KnowledgeError as error:
        return [f"data/knowledge/{problem}" for problem in error.problems]
    try:
        library.insight_source()
    except KnowledgeError as error:
        return [f"data/{problem}" for problem in error.problems]
    return []
