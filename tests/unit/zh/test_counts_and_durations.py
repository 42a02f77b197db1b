from datetime import datetime
from typing import Any

import pytest

from bot.zh.extract import extract

NOW = datetime(2026, 11, 21, 10, 0)


def days(low: float, high: float | None = None) -> dict[str, float]:
    return {"days": low} if high is None else {"min_days": low, "max_days": high}


COUNTS: list[tuple[str, str, Any]] = [
    ("底下12家分公司", "12家", 12),
    ("家里三口人全靠他", "三口", 3),
    ("三十六家店", "三十六家", 36),
    ("46个门店", "46个", 46),
    ("财务就三个人", "三个", 3),
    ("员工写成260人", "260人", 260),
    ("85家供应商等着", "85家", 85),
    ("这月做了5笔", "5笔", 5),
    ("620名员工", "620名", 620),
    ("两百多号人吃饭", "两百多号", 200),
    ("30来户没动静", "30来户", 30),
    ("三四家行在抢", "三四家", {"min": 3, "max": 4}),
    ("2000人次", "2000人次", 2000),
    ("库里三十万吨煤", "三十万吨", 300000),
    ("十二個戶頭", "十二個", 12),
    ("一百二三十人", "一百二三十人", {"min": 120, "max": 130}),
    ("每月跑三趟", "三趟", 3),
    ("雇了俩人", "俩", 2),
    ("仨孩子要上学", "仨", 3),
    ("１２家分行", "１２家", 12),
]
NO_COUNT = [
    "第二个问题", "一个都没有", "看一下", "一些客户", "一点也不", "几个人", "来一套方案", "换一家", "第三家店", "他俩", "咱俩聊聊", "两头跑",
    "下个月15号", "三号楼", "二维码", "十大品牌", "零件厂", "3个亿", "四个月", "3个点", "一家人", "四类问题", "三方协议", "前十大客户",
]  # fmt: skip
DURATIONS: list[tuple[str, str, Any]] = [
    ("对账得三四天", "三四天", days(3, 4)),
    ("拖了半年", "半年", days(180)),
    ("账期两个月", "两个月", days(60)),
    ("压90天", "90天", days(90)),
    ("存一年半", "一年半", days(545)),
    ("两三个礼拜吧", "两三个礼拜", days(14, 21)),
    ("怎么也得十天半个月", "十天半个月", days(10, 15)),
    ("3-5天到账", "3-5天", days(3, 5)),
    ("半个月一结", "半个月", days(15)),
    ("一年几万利息", "一年", days(365)),
    ("锁18个月", "18个月", days(540)),
    ("跑了两个钟头", "两个钟头", days(0.083)),
    ("要等半天", "半天", days(0.5)),
    ("欠了仨月", "仨月", days(90)),
    ("拖俩礼拜", "俩礼拜", days(14)),
    ("一个半月", "一个半月", days(45)),
    ("两个半月", "两个半月", days(75)),
    ("耗了大半年", "大半年", days(180)),
    ("一年多没联系", "一年多", days(365, 730)),
    ("两个多月", "两个多月", days(60, 90)),
    ("个把月", "个把月", days(30)),
    ("十来天", "十来天", days(10)),
    ("十几天", "十几天", days(10, 20)),
    ("一年半载的", "一年半载", days(180, 365)),
    ("三天到五天", "三天到五天", days(3, 5)),
    ("三个月到半年", "三个月到半年", days(90, 180)),
    ("5个工作日出批复", "5个工作日", days(5)),
    ("买两年期的", "两年", days(730)),
    ("1到2年", "1到2年", days(365, 730)),
    ("断顿三两天", "三两天", days(2, 3)),
    ("90天以内的票", "90天", days(90)),
    ("期限一年以内", "一年", days(365)),
    ("近半年没来往", "半年", days(180)),
    ("兩個禮拜", "兩個禮拜", days(14)),
    ("一年多出两百万", "一年", days(365)),
]
NO_DURATION = [
    "三天两头出错", "一天到晚跑银行", "一年到头不见人", "聊了半天", "第三年开始还", "有一天他来了", "这两年生意淡", "几天不见", "三月", "2026年",
    "下半年", "三天后", "两周内", "八三年起家", "半年报", "三年级", "每天", "每月", "每年", "天天加班", "两周年庆",
]  # fmt: skip


def found(text: str, kind: str) -> list[tuple[str, Any]]:
    return [(span.text, span.value) for span in extract(text, NOW) if span.type == kind]


@pytest.mark.parametrize(("text", "said", "value"), COUNTS)
def test_a_count_is_read_with_its_measure_word(text: str, said: str, value: Any) -> None:
    assert found(text, "count") == [(said, value)]


@pytest.mark.parametrize("text", NO_COUNT)
def test_no_count_is_invented(text: str) -> None:
    assert found(text, "count") == []


@pytest.mark.parametrize(("text", "said", "value"), DURATIONS)
def test_a_duration_is_read_in_days(text: str, said: str, value: Any) -> None:
    assert found(text, "duration") == [(said, value)]


@pytest.mark.parametrize("text", NO_DURATION)
def test_no_duration_is_invented(text: str) -> None:
    assert found(text, "duration") == []
