import pytest

from bot.zh.scripts import initials, normalise, pinyin_key, pinyin_readings, simplified

NORMAL = [
    ("你們客戶對賬，要花三四天！", "你们客户对账，要花三四天！"), ("ＡＢＣ１２３", "abc123"), ("ＬＰＲ＋３０ｂｐ", "lpr+30bp"), ("４．３５％", "4.35%"),
    ("POS机", "pos机"), ("乾隆", "乾隆"), ("乾燥", "干燥"), ("皇后", "皇后"), ("之後", "之后"), ("隨著", "随着"), ("著名", "著名"), ("裏面", "里面"),
    ("瞭解", "了解"), ("徵信", "征信"), ("週轉", "周转"), ("發票", "发票"), ("頭髮", "头发"), ("餘額", "余额"), ("好😀的", "好 的"),
    ("a\u200bb", "a b"), ("a\u3000b", "a b"), ("好\t的", "好 的"), ("（一）：；？", "（一）：；？"), ("“引”", "“引”"), ("", ""), ("～", "~"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NORMAL)
def test_normalising_unifies_script_width_and_case(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    "text", ["👍🏻👨‍👩‍👧", "𠮷野家İß", "ﬁ½①㎡", "臺灣麵麪", "\ufeff\x00", "綜合服務方案幫台瑞精密排一套", "é", "한국"]
)
def test_normalising_keeps_the_number_of_code_points(text: str) -> None:
    assert len(normalise(text)) == len(text)


def test_every_code_point_becomes_exactly_one() -> None:
    for code in (*range(0x20, 0x3400), *range(0xF900, 0x10000), *range(0x1F000, 0x1FB00)):
        assert len(normalise(chr(code))) == 1, hex(code)


def test_simplifying_leaves_the_rest_alone() -> None:
    assert simplified("ＡＢＣ對賬") == "ＡＢＣ对账"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("海达", "hai da"), ("单晓雯", "shan xiao wen"), ("單曉雯", "shan xiao wen"), ("单据", "dan ju"), ("仇总", "qiu zong"), ("解决", "jie jue"),
        ("解总", "xie zong"), ("区总", "ou zong"), ("区域", "qu yu"), ("曾经", "ceng jing"), ("曾小姐", "zeng xiao jie"), ("绿源", "lv yuan"),
        ("任先生", "ren xian sheng"), ("长城", "chang cheng"), ("重庆", "chong qing"), ("中国银行", "zhong guo yin hang"),
    ],
)  # fmt: skip
def test_pinyin_reads_surnames_as_surnames(text: str, key: str) -> None:
    assert pinyin_key(text) == key


@pytest.mark.parametrize(
    ("text", "letters"),
    [("华星集团", "hxjt"), ("單曉雯", "sxw"), ("海达", "hd"), ("A股", "ag"), ("曾总", "zz"), ("，", "")],
)
def test_initials_are_the_first_letters(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_polyphones_of_names_have_all_their_readings() -> None:
    assert pinyin_readings("行") == ("hang", "xing")
    assert pinyin_readings("，") == ()
