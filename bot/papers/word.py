"""The Word file: a template that people edit in Word, filled in a sandbox with everything escaped; and its check."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.papers.model import COMMON, KINDS, Kind, sample

BIGGEST = 5_000_000  # bytes of a template
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class BadTemplate(Exception):
    """A template that cannot be used; the text says why, in Chinese."""


def environment() -> ImmutableSandboxedEnvironment:
    """Templates come from people: no way to Python's insides, and a misspelt field is an error, not a blank."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def render(template: Path, kind: Kind, content: Mapping[str, Any]) -> bytes:
    """Return the filled file. Raises BadTemplate."""
    empty: dict[str, Any] = {name: [] if columns else "" for name, columns in kind.fields.items()}
    filled = {**dict.fromkeys(COMMON, ""), **empty, **content}
    try:
        document = DocxTemplate(template)
        document.render(filled, environment(), autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise BadTemplate(f"模板填不进去：{error.message or type(error).__name__}") from error
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise BadTemplate("模板读不出来，不是 Word 的 docx 文件，或者已经损坏") from error
    return out.getvalue()


def check(template: Path, kind: Kind) -> list[str]:
    """Return what is wrong with a template, nothing when it can be installed: it is filled once with sample content."""
    if template.stat().st_size > BIGGEST:
        return [f"文件太大：最大 {BIGGEST // 1_000_000} MB"]
    try:
        names = DocxTemplate(template).get_undeclared_template_variables(environment())
    except TemplateError as error:
        return [f"占位符写错了：{error.message}"]
    except (KeyError, ValueError, zipfile.BadZipFile, OSError):
        return ["不是 Word 的 docx 文件，或者已经损坏"]
    known = {*COMMON, *kind.fields}
    problems = [f"不认识的占位符：{name}" for name in sorted(names - known)]
    problems += [f"缺占位符：{name}" for name in ("client", *kind.must) if name not in names]
    if problems:
        return problems
    try:
        text = words(render(template, kind, sample(kind)))
    except BadTemplate as error:
        return [str(error)]
    left = PLACEHOLDER.findall(text)
    return [f"没有填上的占位符：{x}" for x in left] + (
        [] if str(sample(kind)["client"]) in text else ["客户名称没有原样写出来"]
    )


def words(file: bytes) -> str:
    """Return all text of a file, tables, headers and footers included."""
    document = Document(io.BytesIO(file))
    parts = [p.text for p in document.paragraphs]
    parts += [c.text for t in document.tables for r in t.rows for c in r.cells]
    for part in document.sections:
        parts += [p.text for p in (*part.header.paragraphs, *part.footer.paragraphs)]
        parts += [c.text for t in (*part.header.tables, *part.footer.tables) for r in t.rows for c in r.cells]
    return "\n".join(parts)


def template_of(kind: str, own: Path, shipped: Path) -> Path:
    """Return the bank's own template when one is installed, else the one that comes with the program."""
    mine = own / f"{kind}.docx"
    return mine if mine.is_file() else shipped / f"{kind}.docx"


__all__ = ["BIGGEST", "KINDS", "WORD", "BadTemplate", "check", "environment", "render", "template_of", "words"]
