"""Reads `lookup.yml`: the words that people ask about products with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.catalogue.words import Trait, Words
from bot.knowledge import schemas as s
from bot.knowledge.files import Reader, bare
from bot.zh.scripts import normalise


def read_words(reader: Reader, path: Path) -> Words:
    """Return the words; what does not fit is reported and nothing of it used."""
    content = reader.mapping(path)
    try:
        row = s.LookupFile.model_validate(bare(content))
    except ValidationError as error:
        for problem in error.errors() if content else ():
            keys = [str(k) for k in problem["loc"]]
            reader.report(path, _line(path, keys[0] if keys else ""), f"{'.'.join(keys)}：{problem['msg']}")
        return Words()
    return Words(
        attributes=_plain(row.attributes),
        parts=_plain(row.parts),
        terms=_plain(row.terms),
        traits={t.code: Trait(t.code, t.name, _words(t.words), t.near) for t in row.traits},
        segments=_plain(row.segments),
        categories=tuple((_words(c.words), c.names) for c in row.categories),
        needs=_plain(row.needs),
        compare=_words(row.compare),
        lists=_words(row.lists),
        not_names=_words(row.not_names),
        same=tuple(_words(group) for group in row.same),
    )


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalise(str(w)) for w in words))


def _plain(table: Mapping[Any, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {code: _words(words) for code, words in table.items()}


def _line(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if key and line.startswith(f"{key}:")), 1)
