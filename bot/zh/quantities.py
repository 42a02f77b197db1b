"""Amounts, rates and counts: what a figure stands for is in the words around it.

Each reader takes normalised text and a figure and returns what it found, or
None. `low` and `start` are those of the whole range in 50到80万.
"""

from __future__ import annotations

import re
from decimal import Decimal

from bot.zh.numerals import Figure, interval
from bot.zh.spans import Found

__all__ = ["amount", "count", "fee_shorthand", "rate"]

_DIGIT = r"[零一二两三四五六七八九\d]"
_HAN = r"零〇一二两三四五六七八九十百千万亿"

# --- rates ---------------------------------------------------------------------------------------
_RATE_AFTER = re.compile(
    r" ?(?:(?P<point>(?:个(?P<more>多)?(?P<half>半)?|多个(?P<many>))(?:百分)?点)(?![位钟子击评名头])(?P<tail>多)?"
    r"|(?P<percent>%)多?|(?P<permille>‰)|个?(?P<bp>bps?|基点|个bp)(?![a-z])"
    r"|成(?P<tenth>半)?(?![立本功长都为交员果熟绩色品型效就人语份天见分像了])"
    r"|(?P<li>厘)(?P<lidigit>[\d一二三四五六七八九半](?!\d))?(?!米)"
    r"|(?P<fen>分)(?P<fendigit>[\d一二三四五六七八九半](?!\d))?(?P<interest>的?利(?!润))?)"
)
_PARTS = re.compile(rf"(?P<base>[百千万]|[{_HAN}\d]+)分之$")
_PARTS_AFTER = re.compile(rf"分之(?=[{_HAN}\d])")
_RATE_WORDS = re.compile(
    r"利率|年化|贷款|利息|费率|收益|lpr|点差|票息|贴现|扣率|手续费|年息|月息|息差|利差|收费|报价利"
)
_MONTHLY = re.compile(r"月息|月利|每月|民间|小贷|过桥")
_INTEREST = re.compile(r"[月年利]息|月利|利$")
_EIGHTY = re.compile(r"成(?:是|会|不|没|又|就|还|也|得|要|在|跟)")
_UNITLESS = re.compile(rf"[{_HAN}\d年月日号个%‰成家户人名元块]|点[{_HAN}\d半钟]|倍|折|岁|分|亿|平|公|吨|米|bp")
_SHORTHAND = re.compile(
    rf"(?<![{_HAN}\d第.])(?P<base>[万千])(?P<figure>[一二三四五六七八九](?:点[一二三四五六七八九])?|\d(?:\.\d+)?)(?![{_HAN}\d,家户人个元块])"
)
_FEES = re.compile(r"pos|费|佣金|扣率|扫码|刷卡|收单|提现|抽成|收款")


def _numeric(low: Decimal, high: Decimal) -> float | dict[str, float]:
    return float(low) if low == high else {"min": float(low), "max": float(high)}


def rate(text: str, figure: Figure, low: Decimal, start: int) -> Found | None:
    """4.35%, 百分之三点五, 千分之六, 四个多点, 35bp, 三成半, 月息八厘; 四点二 only near a rate word."""
    high = figure.high
    if parts := _PARTS.search(text, max(0, start - 12), start):
        base = {"百": 100, "千": 1000, "万": 10000}.get(parts["base"])
        divisor = Decimal(base) if base else (interval(parts["base"]) or (Decimal(0),))[0]
        end = figure.end + (1 if text.startswith("多", figure.end) else 0)
        return Found("rate", parts.start(), end, _rounded(low / divisor, high / divisor)) if divisor else None
    if _PARTS_AFTER.match(text, figure.end):
        return None
    match = _RATE_AFTER.match(text, figure.end)
    scaled = _scaled(text, figure, match, low, start) if match else None
    if match and scaled:
        return Found("rate", start, match.end(), _rounded(*scaled))
    near = text[max(0, start - 20) : figure.end + 8]
    bare = ("." in figure.text or "点" in figure.text) and high <= 36 and not _UNITLESS.match(text, figure.end)
    if bare and _RATE_WORDS.search(near):
        return Found("rate", start, figure.end, _rounded(low / 100, high / 100))
    return None


def _rounded(low: Decimal, high: Decimal) -> float | dict[str, float]:
    return _numeric(round(low, 6), round(high, 6))


def _scaled(
    text: str, figure: Figure, match: re.Match[str], low: Decimal, start: int
) -> tuple[Decimal, Decimal] | None:
    """The two ends as fractions, or None if the words after the figure make no rate of it."""
    high = figure.high
    if match["point"]:
        if re.search(r"[一总统]共|网点|有$", text[max(0, start - 3) : start]) and low == int(low):
            return None
        if high > 40 or text[max(0, start - 1) : start] == "第" or (figure.text == "一" and match["tail"]):
            return None
        if match["half"]:
            low, high = low + Decimal("0.5"), high + Decimal("0.5")
        if (match["more"] or match["tail"] or match["many"] is not None) and low == high:
            high += 1
        return low / 100, high / 100
    if match["percent"]:
        return low / 100, high / 100
    if match["permille"]:
        return low / 1000, high / 1000
    if match["bp"]:
        return low / 10000, high / 10000
    if match["li"] or match["fen"]:
        return _in_li(text, figure, match, low, start)
    if high > 10 or _EIGHTY.match(text, figure.end) or text[max(0, start - 1) : start] in ("第", "几", "有"):
        return None
    extra = Decimal("0.5") if match["tenth"] else Decimal(0)
    if not extra and (second := re.match(rf"成({_DIGIT})", text[figure.end : figure.end + 2])):
        extra = (interval(second[1]) or (Decimal(0),))[0] / 10
    return (low + extra) / 10, (high + extra) / 10


def _in_li(text: str, figure: Figure, match: re.Match[str], low: Decimal, start: int) -> tuple[Decimal, Decimal] | None:
    """月息八厘 0.8 %, 年息三厘五 3.5 %; 两分利 2 % (a month)."""
    before = text[max(0, start - 6) : start]
    digit = match["lidigit"] or match["fendigit"]
    extra = (interval(digit) or (Decimal(0),))[0] / (1 if digit == "半" else 10) if digit else Decimal(0)
    low, high = low + extra, figure.high + extra
    if match["fen"]:
        if not (match["interest"] or _INTEREST.search(before)) or high > 10:
            return None
        return low / 100, high / 100
    base = 100 if re.search(r"年|利率", before) and not _MONTHLY.search(before) else 1000
    return low / base, high / base


def fee_shorthand(text: str) -> list[Found]:
    """万三, 千6 (three per ten thousand, six per thousand), where fees are spoken of; and 百分之百."""
    found = []
    for match in _SHORTHAND.finditer(text):
        if _FEES.search(text, max(0, match.start() - 12), match.end() + 8) and (value := interval(match["figure"])):
            base = 10000 if match["base"] == "万" else 1000
            found.append(Found("rate", match.start(), match.end(), _rounded(value[0] / base, value[1] / base)))
    if (place := text.find("百分之百")) >= 0:
        found.append(Found("rate", place, place + 4, 1.0))
    return found


# --- amounts -------------------------------------------------------------------------------------
_CURRENCY = re.compile(
    r" ?(?P<more>多)?(?:(?P<kuai>块钱?(?!地|头|业务|板|内容|区域|工作|牌子|儿|蛋糕|短板))(?:(?P<jiao>[一二两三四五六七八九\d])(?![笔家个张次年月天条份台号块人百千万点成\d])毛?|(?P<half>半))?"
    r"|元整?|圆|人民币|美元|美金|美刀|刀(?!具)|欧元?(?!洲|美)|港[币元纸]|日元|英镑|镑|澳元|加元|新币|新?台币|卢布"
    r"|(?:usd|eur|hkd|rmb|cny|gbp|jpy)(?![a-z])|蚊"
    r"|(?P<mao>毛|角)(?P<cent>[一二两三四五六七八九\d](?![笔家个张次年月天条份台号块人百千万点成\d]))?钱?(?!利|病|巾|线|衣|料|坯|度|落|色)|(?P<fen>分钱))"
)
_CURRENCY_BEFORE = re.compile(r"(?:[¥$€£]|rmb|cny|usd|us\$|hkd|人民币) ?$")
_BIG = re.compile(r"[万亿wk千]")
_BLOCK = re.compile(r" ?(?:字|岁|度|倍|公里|里路|米|级|期|折|年|月|天|日|小时|代|步|美|左邻|多?[号])")
_NAMED = re.compile(
    r"(?:金额|额度|余额|存款?|贷款?|转账?|汇款?|授信|限额|本金|工资|月薪|流水|价格?|总价|利润|营收|收入|资产|aum|保费"
    r"|还款?|每月[少多省出进退交存]?|月供|起点|门槛|结存|欠款?|付款?|垫|花|赚|挣|亏|退休金|省|罚|交|缴|扣|涨|租金?|利息)"
    r"(?:是|为|有|到|改?成|写成|设成|了|约|大概|差不多|起|不低于|超过|个|就|那|下|给|:|：|至少|能有|才){0,2} ?$"
)
_MONEY = re.compile(
    r"存|贷|利|钱|薪|工资|退休|花|赚|挣|交|付|省|费|收入|余额|门槛|额度|流水|租|罚|扣|金额|首付|月供|价|亏|每月|收益"
    r"|欠|借|还款|报销|本金|税|账|搭|缴|转|汇|金"
)
_PREFIXES = (re.compile(r"(?:好|大)$"), re.compile(r"(?:(?<![早晚])上|成)$"), re.compile(r"(?<![大缩中微从矮])小$"))


def amount(text: str, figure: Figure, low: Decimal, start: int) -> Found | None:
    """三千万, 50到80万, 3个亿, 4200万美元, 两块五, 一万二; a currency, a large unit or money near by."""
    high, end = figure.high, figure.end
    before = _CURRENCY_BEFORE.search(text, max(0, start - 5), start)
    match = _CURRENCY.match(text, end)
    if match and not (figure.text == "一" and ((match["kuai"] == "块" and not match["jiao"]) or match["fen"])):
        if match["mao"] and (
            (figure.text == "一" and "不拔" in text[end:]) or re.match("钱?关系", text[match.end("mao") :])
        ):
            return None  # 一毛不拔, 半毛钱关系
        low, high = _with_change(match, low, high)
        end = match.end()
    elif count(text, figure, low, start) or _BLOCK.match(text, end) or not (before or _is_money(text, figure, start)):
        return None
    if before:
        start = before.start()
    else:
        kind = 0 if figure.text[0] in "几" else 1 if figure.text[0] in "百千万亿" else 2
        start -= bool(_PREFIXES[kind].search(text, max(0, start - 2), start))
    return Found("amount", start, end, _money(low, high))


def _with_change(match: re.Match[str], low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The 五 of 两块五 and 三毛五; 分 and 毛 as parts of one yuan; 三块多."""
    if match["fen"]:
        return low / 100, high / 100
    scale = Decimal("0.1") if match["mao"] else Decimal(1)
    digit = "五" if match["half"] else match["jiao"] or match["cent"]
    change = (interval(digit) or (Decimal(0),))[0] / 10 if digit else Decimal(0)
    return (low + change) * scale, (high + change + (1 if match["more"] and low == high else 0)) * scale


def _is_money(text: str, figure: Figure, start: int) -> bool:
    figure_text = figure.text
    if re.search(r"[万亿w]", figure_text):
        return True
    named = bool(_NAMED.search(text, max(0, start - 10), start))
    if figure_text[0].isdigit() and not _BIG.search(figure_text):
        return (
            named
            and figure.low >= 100
            and not figure_text.startswith("0")
            and not re.match(r"[-\d.a-z]", text[figure.end :])
        )
    if figure.low < 100 or "第" in text[max(0, start - 1) : start]:
        return False
    near = text[max(0, start - 10) : start] + text[figure.end : figure.end + 6]
    return named or figure_text.endswith("k") or bool(_BIG.search(figure_text) and _MONEY.search(near))


def _money(low: Decimal, high: Decimal) -> str | dict[str, str]:
    return f"{low:.2f}" if low == high else {"min": f"{low:.2f}", "max": f"{high:.2f}"}


# --- counts --------------------------------------------------------------------------------------
_MEASURE = re.compile(
    r" ?(?P<more>多|来)?(?:家(?!庭|里|长|属|人|具|电|乡|装|居|用)|户(?!口|型)|号(?=人|员工|职工|工人)|人次|人(?!民|均|事|份|工|家|物|才)"
    r"|个(?!性|体|别|亿|万|税|中|月|星期|礼拜|小时|钟|季|年|[多来半]|点|百分|bp|基点|工作日|交易日|自然日|学期|世纪"
    r"|人(?:养老|贷款|消费|客户|经营|账户|住房|信用)|头|把|大)|名(?!字|单|义|称|下|额)|位(?!置|数|于|移)|笔(?!记|录|迹)|张(?!总)"
    r"|台(?!湾|账|州|阶|瑞|积)|套(?!路|现|餐|利|期|壳)|间(?!接|隔)|所(?!以|有|谓|得)|条(?!件|款|例)|辆|处(?!理|于|长|置)|座|栋|幢"
    r"|件|份(?!额)|次(?!月|日|年|要|品|数)|趟|亩|吨|箱|批(?!发|复|准|量|下来|了|款)|票(?!据|面)|单(?!位|据|笔|子|价|独|日|个|边|月|纯|证|一)"
    r"|款(?!项|子)|种(?!子|植)|项(?!目)|只|棵|车(?!间|子|队)|场(?!地|所|面|景|合)|遍|道(?!理|路)|股(?!份|东|票|权|市)|本(?!金|月|周|年|行|科|息|人|来)"
    r"|盒|部(?!门|分|委|队)|枚|轮(?!胎)|口(?=人)|句|页|片|艘|架(?!构)|顿|桌|瓶|公斤|斤|平米|平方米?|平(?!均|台|时|安|常|衡|仓)|公里|封|组(?!织|合|长)|根|床)"
)
_LAST_ORDINAL = re.compile(r"(?:第|[每哪])$")
_PAIR = re.compile(r"[咱你他她它我们爷娘母父子夫妻哥姐兄弟]$")


def count(text: str, figure: Figure, low: Decimal, start: int) -> Found | None:
    """12家, 三十六家, 五六百个: the figure with its measure word; never 第三家, 一个, 一家."""
    before = text[max(0, start - 1) : start]
    if before == "第" or figure.text in ("一", "半") or low != int(low) or not figure.high:
        return None
    if figure.text in ("俩", "仨"):
        if _PAIR.search(before) or re.match(r"个?(?:月|礼拜|星期|小时|钟头|半)|[万亿]", text[figure.end :]):
            return None
        return Found("count", start, figure.end, int(low))
    match = _MEASURE.match(text, figure.end)
    if not match:
        return None
    if figure.text == "两" and match[0] in ("口", "头", "边", "样"):
        return None
    high = low if re.search("[多余]", figure.text) else figure.high
    value = int(low) if low == high else {"min": int(low), "max": int(high)}
    return Found("count", start, match.end(), value)
