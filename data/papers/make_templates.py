"""Makes the four Word templates of this directory: `uv run python data/papers/make_templates.py`.

They are ordinary Word files afterwards: open one, change letterhead, words or order, and install it with
`wenxu papers template install`. Placeholders are {{ field }}; a row is repeated between {%tr for … %} and {%tr endfor %}, a part that
has nothing to say disappears between {%p if … %} and {%p endif %}.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

HERE = Path(__file__).resolve().parent
SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
BLUE, GREY = RGBColor(0x1F, 0x3A, 0x5F), RGBColor(0x60, 0x60, 0x60)
WIDTH = 16.0  # cm between the margins of A4


def font(target, name=SONG, size=None, bold=None, colour=None):
    """Set the font for Latin and for Chinese letters: without w:eastAsia Word takes the theme's."""
    target.font.name = LATIN
    target.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if size:
        target.font.size = Pt(size)
    if bold is not None:
        target.font.bold = bold
    if colour is not None:
        target.font.color.rgb = colour


def run(paragraph, text, **kw):
    made = paragraph.add_run(text)
    made.font.name = LATIN
    fonts = made._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), kw.pop("name", SONG))
    for key, value in kw.items():
        if key == "colour":
            made.font.color.rgb = value
        elif key == "size":
            made.font.size = Pt(value)
        else:
            setattr(made.font, key, value)
    return made


def field(paragraph, code):
    """A field that Word works out, such as the number of the page."""
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", "1"), ("end", None)):
        made = run(paragraph, "", size=9, colour=GREY)
        if kind == "text":
            made.text = text
        elif kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
            made._element.append(element)
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            made._element.append(element)


def rule(paragraph, side="bottom", colour="1F3A5F", size="12"):
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", size), ("space", "4"), ("color", colour)):
        edge.set(qn(f"w:{key}"), value)
    borders.append(edge)
    paragraph._element.get_or_add_pPr().append(borders)


def base(note):
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.2)
    font(document.styles["Normal"], SONG, 10.5)
    document.styles["Normal"].paragraph_format.line_spacing = 1.25
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    font(document.styles["Heading 1"], HEI, 13, True, BLUE)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(12)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(5)
    document.styles["Heading 1"].paragraph_format.keep_with_next = True
    font(document.styles["Title"], HEI, 20, True, BLUE)
    head = section.header.paragraphs[0]
    run(head, "（在此放本行名称和行徽）", name=HEI, size=11, bold=True, colour=BLUE)
    for stop in list(document.styles["Header"].paragraph_format.tab_stops):
        head.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    head.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    run(head, f"\t{note}", size=9, colour=GREY)
    rule(head)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(foot, "第 ", size=9, colour=GREY)
    field(foot, "PAGE")
    run(foot, " 页 共 ", size=9, colour=GREY)
    field(foot, "NUMPAGES")
    run(foot, " 页", size=9, colour=GREY)
    return document


def title(document, lines):
    top = document.add_paragraph()
    top.alignment = WD_ALIGN_PARAGRAPH.CENTER
    top.paragraph_format.space_after = Pt(2)
    run(top, "{{ title }}", name=HEI, size=20, bold=True, colour=BLUE)
    who = document.add_paragraph()
    who.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run(who, "{{ client }}", name=HEI, size=13)
    meta = document.add_paragraph()
    meta.alignment = WD_ALIGN_PARAGRAPH.CENTER
    meta.paragraph_format.space_after = Pt(8)
    run(meta, lines, size=9.5, colour=GREY)


def tag(document, text):
    made = document.add_paragraph(text)
    made.paragraph_format.space_after = Pt(0)


def heading(document, name, words):
    tag(document, "{%p if " + name + " %}")
    document.add_paragraph(style="Heading 1").add_run(words)


def end(document):
    tag(document, "{%p endif %}")


def shade(cell, colour):
    element = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        element.set(qn(f"w:{key}"), value)
    cell._element.get_or_add_tcPr().append(element)


def whole(row, *, head=False):
    """A row stands on one page; the head is repeated on the next."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def cell(target, text, *, bold=False, size=10, colour=None, name=SONG):
    paragraph = target.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    target.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    run(paragraph, text, bold=bold, size=size, name=name, **({"colour": colour} if colour is not None else {}))


def table(document, name, columns, *, head=True):
    """`columns`: (heading, placeholder, width in cm)."""
    made = document.add_table(rows=0, cols=len(columns))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    light(made)
    if head:
        row = made.add_row()
        whole(row, head=True)
        for target, (words, _, _) in zip(row.cells, columns):
            shade(target, "E8EEF5")
            cell(target, words, bold=True, name=HEI, size=9.5)
    opening, line, closing = made.add_row(), made.add_row(), made.add_row()
    cell(opening.cells[0], "{%tr for r in " + name + " %}")
    cell(closing.cells[0], "{%tr endfor %}")
    whole(line)
    for at, (target, (_, text, _)) in enumerate(zip(line.cells, columns)):
        cell(target, text, bold=at == 0 and len(columns) > 1, name=HEI if at == 0 and len(columns) > 1 else SONG)
    grid(made, columns)
    gap = document.add_paragraph()
    gap.paragraph_format.space_after, gap.paragraph_format.line_spacing = Pt(0), Pt(4)


def light(made):
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "B8C4D0")):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    made._tbl.tblPr.append(borders)


def grid(made, columns):
    for column, (_, _, width) in zip(made.columns, columns):
        column.width = Cm(width)
        for target in column.cells:
            target.width = Cm(width)


def bullets(document, name, text):
    tag(document, "{%p for r in " + name + " %}")
    made = document.add_paragraph()
    made.paragraph_format.left_indent = Cm(0.6)
    made.paragraph_format.first_line_indent = Cm(-0.4)
    run(made, "• " + text)
    tag(document, "{%p endfor %}")


def figures(document):
    tag(document, "{%p for r in figures %}")
    first = document.add_paragraph()
    first.paragraph_format.keep_with_next = True
    first.paragraph_format.space_before = Pt(4)
    run(first, "{{ r.name }}：", name=HEI, bold=True)
    run(first, "{{ r.result }}")
    for words in (
        "算法：{{ r.formula }}",
        "用到的数：{{ r.inputs }}",
        "{% if r.assumptions %}假设：{{ r.assumptions }}{% endif %}",
    ):
        more = document.add_paragraph()
        more.paragraph_format.left_indent = Cm(0.6)
        more.paragraph_format.space_after = Pt(1)
        if words.startswith("{%"):
            tag_if(document, more, words)
        else:
            run(more, words, size=9.5, colour=GREY)
    tag(document, "{%p endfor %}")


def tag_if(document, paragraph, words):
    """The line of assumptions disappears where nothing was assumed."""
    element = paragraph._element
    opening = document.add_paragraph("{%p if r.assumptions %}")
    element.addprevious(opening._element)
    run(paragraph, "假设：{{ r.assumptions }}", size=9.5, colour=GREY)
    document.add_paragraph("{%p endif %}")


def pairs(document, name):
    table(document, name, (("", "{{ r.label }}", 3.0), ("", "{{ r.value }}", WIDTH - 3.0)), head=False)


def brief():
    document = base("内部资料 · 不得外传")
    title(document, "{{ day }}  客户经理：{{ manager }}")
    heading(document, "promises", "上次说好的事")
    table(
        document,
        "promises",
        (("事项", "{{ r.what }}", 9.5), ("日期", "{{ r.due }}", 3.5), ("状态", "{{ r.status }}", 3.0)),
    )
    end(document)
    heading(document, "opening", "开场可以这样说")
    run(document.add_paragraph(), "{{ opening }}")
    end(document)
    heading(document, "find_out", "这次要弄清")
    bullets(document, "find_out", "{{ r.name }}")
    end(document)
    heading(document, "questions", "准备问的")
    table(
        document,
        "questions",
        (("类型", "{{ r.kind }}", 2.6), ("需要", "{{ r.need }}", 3.0), ("问法", "{{ r.text }}", WIDTH - 5.6)),
    )
    end(document)
    heading(document, "earlier", "以前说过的需要")
    table(
        document,
        "earlier",
        (
            ("需要", "{{ r.name }}", 3.5),
            ("到了哪一步", "{{ r.status }}", 3.0),
            ("客户的话", "{{ r.quote }}", WIDTH - 6.5),
        ),
    )
    end(document)
    heading(document, "likely", "可能有的需要（还没问过）")
    table(document, "likely", (("需要", "{{ r.name }}", 4.0), ("依据", "{{ r.why }}", WIDTH - 4.0)))
    end(document)
    heading(document, "contacts", "联系人")
    table(document, "contacts", (("姓名", "{{ r.name }}", 8.0), ("作用", "{{ r.role }}", WIDTH - 8.0)))
    end(document)
    heading(document, "analysis", "客户分析")
    table(document, "analysis", (("项目", "{{ r.name }}", 4.0), ("内容", "{{ r.value }}", WIDTH - 4.0)))
    end(document)
    heading(document, "known", "已经知道")
    table(
        document, "known", (("项目", "{{ r.name }}", 5.0), ("内容", "{{ r.value }}", 7.5), ("日期", "{{ r.on }}", 3.5))
    )
    end(document)
    heading(document, "stale", "可能过时，顺便确认")
    table(
        document, "stale", (("项目", "{{ r.name }}", 5.0), ("内容", "{{ r.value }}", 7.5), ("日期", "{{ r.on }}", 3.5))
    )
    end(document)
    return document


def needs():
    document = base("{{ day }}")
    title(document, "{{ day }}  客户经理：{{ manager }}")
    run(
        document.add_paragraph(),
        "根据与{{ party }}的交谈整理，供双方核对。引号里是{{ party }}的原话；有出入的地方，请告诉我们改正。",
    )
    heading(document, "facts", "一、了解到的情况")
    table(
        document,
        "facts",
        (("项目", "{{ r.name }}", 4.5), ("内容", "{{ r.value }}", 4.5), ("原话", "{{ r.quote }}", WIDTH - 9.0)),
    )
    end(document)
    heading(document, "needs", "二、说到的需要")
    table(
        document,
        "needs",
        (
            ("需要", "{{ r.name }}", 3.5),
            ("说明", "{{ r.status }}", 3.2),
            ("原话", "{% if r.quote %}“{{ r.quote }}”{% endif %}", WIDTH - 6.7),
        ),
    )
    end(document)
    heading(document, "figures", "三、影响测算")
    figures(document)
    end(document)
    heading(document, "later", "四、还要继续研究的")
    bullets(document, "later", "{{ r.name }}")
    end(document)
    heading(document, "next", "下一步")
    pairs(document, "next")
    end(document)
    return document


def plan():
    document = base("{{ day }}")
    title(document, "{{ day }}  客户经理：{{ manager }}")
    heading(document, "why", "一、为什么合作")
    table(
        document,
        "why",
        (
            ("需要", "{{ r.name }}", 3.2),
            ("{{ party }}的原话", "“{{ r.quote }}”", 6.4),
            ("我们的理解", "{{ r.meaning }}", WIDTH - 9.6),
        ),
    )
    end(document)
    heading(document, "products", "二、怎样合作")
    table(
        document,
        "products",
        (
            ("产品", "{{ r.name }}", 3.2),
            ("层次", "{{ r.layer }}", 2.0),
            ("回应的需要", "{{ r.need }}", 2.8),
            ("做法与条件", "{{ r.way }}", 8.0),
        ),
    )
    end(document)
    heading(document, "gains", "三、带来什么好处")
    bullets(document, "gains", "{{ r.name }}：{{ r.benefit }}")
    tag(document, "{%p if figures %}")
    figures(document)
    tag(document, "{%p endif %}")
    end(document)
    heading(document, "plan", "四、五定计划")
    pairs(document, "plan")
    end(document)
    heading(document, "next", "下一步的约定")
    pairs(document, "next")
    end(document)
    heading(document, "later", "还要继续研究的")
    bullets(document, "later", "{{ r.name }}")
    end(document)
    tag(document, "{%p if promise %}")
    last = document.add_paragraph()
    last.paragraph_format.space_before = Pt(12)
    run(last, "{{ promise }}", size=9, colour=GREY)
    end(document)
    return document


def record():
    document = base("内部资料 · 不得外传")
    title(document, "{{ day }}  客户经理：{{ manager }}")
    heading(document, "outcome", "结果")
    pairs(document, "outcome")
    end(document)
    heading(document, "needs", "客户的需要")
    table(
        document,
        "needs",
        (("需要", "{{ r.name }}", 3.5), ("到了哪一步", "{{ r.status }}", 3.0), ("原话", "{{ r.quote }}", WIDTH - 6.5)),
    )
    end(document)
    heading(document, "facts", "了解到的情况")
    table(
        document,
        "facts",
        (("项目", "{{ r.name }}", 4.5), ("内容", "{{ r.value }}", 4.5), ("原话", "{{ r.quote }}", WIDTH - 9.0)),
    )
    end(document)
    heading(document, "denied", "问过、没有问题的")
    bullets(document, "denied", "{{ r.name }}{% if r.quote %}：“{{ r.quote }}”{% endif %}")
    end(document)
    heading(document, "products", "提出的方案")
    table(
        document,
        "products",
        (
            ("产品", "{{ r.name }}", 4.0),
            ("层次", "{{ r.layer }}", 2.4),
            ("回应的需要", "{{ r.need }}", 3.2),
            ("做法与条件", "{{ r.way }}", WIDTH - 9.6),
        ),
    )
    end(document)
    heading(document, "tasks", "要跟进的")
    table(
        document,
        "tasks",
        (("事项", "{{ r.title }}", 9.5), ("日期", "{{ r.due }}", 3.5), ("状态", "{{ r.status }}", 3.0)),
    )
    end(document)
    heading(document, "asked", "问过的问题")
    table(
        document,
        "asked",
        (
            ("类型", "{{ r.kind }}", 2.6),
            ("需要", "{{ r.need }}", 3.0),
            ("问题", "{{ r.text }}", 8.0),
            ("结果", "{{ r.outcome }}", 2.4),
        ),
    )
    end(document)
    return document


def main() -> None:
    for name, make in (("brief", brief), ("needs", needs), ("plan", plan), ("record", record)):
        document = make()
        document.core_properties.author = document.core_properties.title = ""
        document.save(HERE / f"{name}.docx")


if __name__ == "__main__":
    main()
