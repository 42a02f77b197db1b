"""Read one cell of an import: amounts, dates and codes in any usual form.

    CellError    what is wrong with the cell and how to mend it, both in Chinese

Cells come as text (CSV) or typed (Excel). What cannot be read for certain is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.zh.numerals import parse_number

EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "n/a", "na", "null", "none", "nan"})
EXCEL_ERROR = re.compile(r"#(REF!|VALUE!|N/A|NAME\?|DIV/0!|NUM!|NULL!)", re.IGNORECASE)
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = (10_000, 80_000)  # serial numbers of 1927 to 2119
YEARS = (1900, 2200)
LARGEST = Decimal(10) ** 15
EXACT_FLOAT = 10**15  # whole numbers above lose digits in Excel

SCALES = {
    "万": Decimal(10_000),
    "亿": Decimal(10) ** 8,
    "千": Decimal(1000),
    "百万": Decimal(10) ** 6,
    "千万": Decimal(10) ** 7,
}
_AMOUNT = re.compile(r"([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(千万|百万|万|亿|千|w)?")
_CURRENCY = re.compile(r"[¥$]|^(cny|rmb|usd|us)|人民币|美元|美金|(cny|rmb|usd)$|[元圆块]整?$")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_MEASURE = re.compile(r"(?:多|余)?[家个人名间户处天位岁]$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")

USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I O S V Z
TRUE = frozenset({"是", "对", "有", "y", "yes", "true", "1", "√", "✓", "t"})
FALSE = frozenset({"否", "不是", "没有", "n", "no", "false", "0", "×", "✗", "f", "x"})


class CellError(ValueError):
    """A cell that cannot be used. `mend`: what to write instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


def plain(raw: Any) -> str:
    """Return a cell as text: trimmed, without control characters, Excel's whole floats without “.0”.

    Raises CellError for Excel's error values and for long numbers that Excel has rounded.
    """
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, (float, int)):
        if abs(raw) >= EXACT_FLOAT:
            raise CellError("数字太长，Excel 已经丢了末几位", "把这一列设成文本格式后重新填写")
        return str(int(raw)) if float(raw).is_integer() else repr(raw)
    text = _CONTROL.sub("", str(raw)).replace("\u3000", " ").strip()
    if EXCEL_ERROR.fullmatch(text):
        raise CellError(f"单元格是公式错误“{text}”", "改好公式，或直接填数值")
    return text


def is_empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and raw.strip().strip("\ufeff\u3000").casefold() in EMPTY)


def folded(raw: Any) -> str:
    """Return a cell as text in half-width lower case without spaces, for values that are not prose."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", plain(raw))).casefold()


def read_text(raw: Any, limit: int) -> str:
    text = re.sub(r"[ \t\r\n]+", " ", plain(raw))
    if len(text) > limit:
        raise CellError(f"太长：{len(text)} 个字，最多 {limit} 个", "写短一些，其余放到备注里")
    return text


def read_amount(raw: Any, scale: Decimal = Decimal(1)) -> Decimal:
    """Read an amount: 1,200万, ￥3.5亿, 1200万元, 三千二百万; `scale` is the header's unit, for bare figures."""
    if isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool):
        return _in_bounds(Decimal(str(raw)) * scale)
    text = folded(raw).replace("，", ",")
    while (shorter := _CURRENCY.sub("", text)) != text:
        text = shorter
    match = _AMOUNT.fullmatch(text)
    if match:
        unit = {"w": "万"}.get(match[3], match[3]) if match[3] else None
        number = Decimal(match[2].replace(",", "")) * (SCALES[unit] if unit else scale)
        return _in_bounds(-number if match[1] == "-" else number)
    number_in_words = _in_words(text)
    if number_in_words is not None:
        return _in_bounds(number_in_words)
    raise CellError(f"“{_short(raw)}”不是金额", "写成 1200万、1.2亿 或 12000000")


def _in_words(text: str) -> Decimal | None:
    if not text or any(c.isascii() for c in text) or any(c in "几多余来数约近" for c in text):
        return None
    try:
        return parse_number(text)
    except (ValueError, InvalidOperation):
        return None


def _in_bounds(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= LARGEST:
        raise CellError("金额大得不合理", "检查单位是不是多乘了一次")
    if number < 0:
        raise CellError("金额是负数", "填 0 或正数；贷款余额也填正数")
    return number.quantize(Decimal("0.01"))


def read_count(raw: Any) -> int:
    """Read a whole number: 12, 12家, 1,200人, 十二, 1.2万."""
    text = _MEASURE.sub("", folded(raw)).replace("，", ",")
    match = _AMOUNT.fullmatch(text)
    number = Decimal(match[2].replace(",", "")) * _scale_of(match[3]) if match and not match[1] else _in_words(text)
    if number is None or number != int(number) or not 0 <= number < 10**9:
        raise CellError(f"“{_short(raw)}”不是个数", "写成不带小数的数字，例如 12")
    return int(number)


def _scale_of(unit: str | None) -> Decimal:
    return SCALES["万" if unit == "w" else unit] if unit else Decimal(1)


def read_rate(raw: Any, percent: bool = False) -> Decimal:
    """Read a yearly rate as a fraction: 2.35%, 0.0235, 235bp; `percent`: the header says that bare figures are %."""
    text = folded(raw)
    match = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)(%|‰|bps?|个?基点)?", text)
    if match is None:
        raise CellError(f"“{_short(raw)}”不是利率", "写成 2.35% 或 0.0235")
    number, unit = Decimal(match[1]), match[2]
    if unit is None and not percent and Decimal("0.1") <= number < 1:
        raise CellError(f"“{_short(raw)}”看不出是百分数还是小数", f"写成 {number}% 或 {number / 100}")
    by = {"%": 100, "‰": 1000, "bp": 10_000, "bps": 10_000, "基点": 10_000, "个基点": 10_000}
    divisor = by[unit] if unit else 100 if percent or number >= 1 else 1
    fraction = number / divisor
    if fraction > Decimal("0.36"):
        raise CellError(f"利率 {fraction:.0%} 太高", "核对后写成百分数，例如 2.35%")
    return fraction.quantize(Decimal("0.000001"))


def read_date(raw: Any) -> date:
    """Read a day: 2026/11/5, 2026-11-05, 20261105, 2026年11月5日, an Excel date or its serial number."""
    if isinstance(raw, datetime):
        return _sane(raw.date())
    if isinstance(raw, date):
        return _sane(raw)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", plain(raw))).strip().casefold()
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        return _day(int(match[1]), int(match[2]), int(match[3]), raw)
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and EXCEL_DAYS[0] <= (days := int(float(text))) <= EXCEL_DAYS[1]:
        return EXCEL_DAY_ZERO + timedelta(days=days)
    raise CellError(f"“{_short(raw)}”不是日期", "写成 2026-11-05")


def read_month(raw: Any) -> date:
    """Read a month as its first day: 2026-11, 202611, 2026年11月, or any day in it."""
    if not isinstance(raw, date):
        text = folded(raw)
        if match := _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text):
            return _day(int(match[1]), int(match[2]), 1, raw)
    try:
        return read_date(raw).replace(day=1)
    except CellError as error:
        raise CellError(f"“{_short(raw)}”不是月份", "写成 2026-11") from error


def _day(year: int, month: int, day: int, raw: Any) -> date:
    try:
        return _sane(date(year, month, day))
    except ValueError as error:
        if isinstance(error, CellError):
            raise
        raise CellError(f"没有“{_short(raw)}”这一天", "核对年月日，写成 2026-11-05") from error


def _sane(day: date) -> date:
    if not YEARS[0] <= day.year < YEARS[1]:
        raise CellError(f"年份 {day.year} 不合理", "核对年份，写成 2026-11-05")
    return day


def read_bool(raw: Any) -> bool:
    text = folded(raw)
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise CellError(f"“{_short(raw)}”看不出是还是否", "填 是 或 否")


def read_choice(raw: Any, values: Mapping[str, tuple[str, ...]]) -> str:
    """Return the value that the cell is a way of writing, brackets and what is in them aside: 稳健型（C3）."""
    text = folded(raw)
    forms = {text, *re.split(r"[()]", text)} - {""}
    for value, others in values.items():
        if forms & {folded(value), *map(folded, others)}:
            return value
    raise CellError(
        f"不认识“{_short(raw)}”", "可以填：" + "、".join(others[0] if others else v for v, others in values.items())
    )


def read_uscc(raw: Any) -> str:
    """Read a 统一社会信用代码 and verify its check digit (GB 32100-2015)."""
    code = folded(raw).upper()
    if len(code) != 18:
        raise CellError(
            f"统一社会信用代码应当是 18 位，现在是 {len(code)} 位", "照营业执照核对；Excel 里把这一列设成文本格式"
        )
    strange = sorted({c for c in code if c not in USCC_CHARS})
    if strange:
        raise CellError(
            f"统一社会信用代码里不会有“{'、'.join(strange)}”", "照营业执照核对，注意 0 和 O、1 和 I、2 和 Z"
        )
    if uscc_check_digit(code[:17]) != code[17]:
        raise CellError("统一社会信用代码的校验位不对", "多半是抄错了一位，照营业执照核对")
    return code


def uscc_check_digit(first17: str) -> str:
    """Return the 18th character for the first seventeen (GB 32100-2015: weights 3^i mod 31)."""
    total = sum(USCC_CHARS.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    return USCC_CHARS[-total % 31]


def _short(raw: Any) -> str:
    text = str(raw).strip()
    return text if len(text) <= 20 else text[:20] + "…"


READERS: Mapping[str, Callable[..., Any]] = {
    "money": read_amount,
    "usd": read_amount,
    "count": read_count,
    "rate": read_rate,
    "date": read_date,
    "month": read_month,
    "bool": read_bool,
    "uscc": read_uscc,
}
