"""Word files: the templates that come along, what a bank's own may hold, and names that break careless templates."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from bot.papers.model import KINDS, sample
from bot.papers.word import BadTemplate, check, render, words
from bot.settings import ROOT

TEMPLATES = ROOT / "data" / "papers"


def made(tmp_path: Path, *paragraphs: str) -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(tmp_path / "own.docx")
    return tmp_path / "own.docx"


@pytest.mark.parametrize("kind", KINDS)
def test_the_templates_that_come_along_pass_their_own_check(kind):
    assert check(TEMPLATES / f"{kind}.docx", KINDS[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_reaches_the_paper_and_no_placeholder_is_left(kind):
    text = words(render(TEMPLATES / f"{kind}.docx", KINDS[kind], sample(KINDS[kind])))
    assert "{{" not in text
    assert "{%" not in text
    assert "甲<乙>&丙“丁”有限公司" in text
    for field, columns in KINDS[kind].fields.items():
        for column in columns or ("",):
            assert (f"{field}.{column}" if column else f"样张{field}") in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_without_rows_leaves_neither_heading_nor_table(kind, tmp_path):
    common = {"title": "标题", "client": "甲", "day": "今天", "manager": "乙", "party": "贵方"}
    (tmp_path / "empty.docx").write_bytes(render(TEMPLATES / f"{kind}.docx", KINDS[kind], common))
    document = Document(str(tmp_path / "empty.docx"))
    assert document.tables == []
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_rows_stay_on_one_page_heads_are_repeated_and_pages_numbered_in_chinese_fonts(kind, tmp_path):
    (tmp_path / "full.docx").write_bytes(render(TEMPLATES / f"{kind}.docx", KINDS[kind], sample(KINDS[kind])))
    document = Document(str(tmp_path / "full.docx"))
    rows = [row._tr for table in document.tables for row in table.rows]
    assert rows
    assert all(tr.trPr is not None and tr.trPr.find(qn("w:cantSplit")) is not None for tr in rows)
    assert any(tr.trPr.find(qn("w:tblHeader")) is not None for tr in rows)
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    texts = [
        r for r in document.element.body.iter(qn("w:r")) if "".join(t.text or "" for t in r.iter(qn("w:t"))).strip()
    ]
    styled = document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia"))
    assert styled == "黑体"
    plain = [r for r in texts if r.rPr is None or r.rPr.rFonts is None or not r.rPr.rFonts.get(qn("w:eastAsia"))]
    allowed = {p._element for p in document.paragraphs if p.style.name == "Heading 1"}
    assert all(r.getparent() in allowed for r in plain)


@pytest.mark.parametrize(
    ("paragraphs", "complaint"),
    [
        (("{{ client }}",), "缺占位符：needs"),
        (("{{ client }} {{ needs }} {{ figures }} {{ profit }}",), "不认识的占位符：profit"),
        (("{{ client }} {{ needs }} {{ figures",), "占位符写错了"),
        (("{{ client }} {{ needs }} {{ figures[0].secret }}",), "模板填不进去"),
        (("{{ client.__class__.__mro__ }} {{ needs }} {{ figures }}",), "模板填不进去"),
    ],
)
def test_a_template_that_would_fail_or_leak_is_refused_with_the_reason(paragraphs, complaint, tmp_path):
    assert any(complaint in problem for problem in check(made(tmp_path, *paragraphs), KINDS["needs"]))


def test_a_file_that_is_no_word_file_is_refused(tmp_path):
    (tmp_path / "own.docx").write_bytes(b"PK not really")
    assert "不是 Word" in check(tmp_path / "own.docx", KINDS["needs"])[0]
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("hello.txt", "x")
    assert "不是 Word" in check(tmp_path / "other.docx", KINDS["needs"])[0]
    with pytest.raises(BadTemplate):
        render(tmp_path / "other.docx", KINDS["needs"], {})


def test_a_good_template_of_the_banks_own_is_accepted(tmp_path):
    own = made(
        tmp_path,
        "{{ client }}",
        "{%p for r in needs %}",
        "{{ r.quote }}",
        "{%p endfor %}",
        "{%p for r in figures %}",
        "{{ r.result }}",
        "{%p endfor %}",
    )
    assert check(own, KINDS["needs"]) == []
