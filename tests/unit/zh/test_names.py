import pytest

from bot.zh.names import Candidate, NameIndex, mentions, rank

CLIENTS = [
    Candidate(1, "华星机械集团有限公司", "华星集团"),
    Candidate(2, "海达进出口有限公司", "海达"),
    Candidate(3, "百味餐饮管理有限公司", "百味餐饮"),
    Candidate(4, "绿源农业科技有限公司", "绿源"),
    Candidate(5, "陈秀兰"),
    Candidate(6, "周明"),
    Candidate(7, "恒泰建材有限公司", "恒泰"),
    Candidate(8, "远航汽车零部件股份有限公司", "远航股份"),
    Candidate(9, "苏州鼎晟纺织有限公司", "鼎晟纺织"),
    Candidate(10, "单晓雯"),
]
INDEX = NameIndex(CLIENTS)

RANKED = [
    ("华星机械集团有限公司", 1, "exact"), ("华星集团", 1, "short"), ("华星", 1, "core"), ("華星集團", 1, "short"), ("华兴集团", 1, "homophone"),
    ("花星", 1, "homophone"), ("hxjt", 1, "latin"), ("HX", 1, "latin"), ("huaxing", 1, "latin"), ("海达", 2, "short"), ("海達", 2, "short"),
    ("海大", 2, "homophone"), ("百味", 3, "core"), ("百位餐饮", 3, "homophone"), ("绿园", 4, "homophone"), ("旅源", 4, "homophone"),
    ("绿源农业", 4, "part"), ("陈秀兰", 5, "exact"), ("陳秀蘭", 5, "exact"), ("陈修兰", 5, "homophone"), ("陈秀南", 5, "near-homophone"),
    ("周明", 6, "exact"), ("周铭", 6, "homophone"), ("横泰", 7, "homophone"), ("远航", 8, "core"), ("圆航", 8, "homophone"),
    ("远航汽车", 8, "part"), ("鼎盛纺织", 9, "homophone"), ("丁晟纺织", 9, "homophone"), ("机械集团", 1, "part"), ("海达进出囗", 2, "typo"),
    ("華星机戒", 1, "typo"), ("单小雯", 10, "homophone"), ("善晓雯", 10, "homophone"), (" 海达，", 2, "short"),
]  # fmt: skip
MENTIONED = [
    ("帮我准备明天拜访华星集团", [(1, "华星集团")]), ("周明的资料", [(6, "周明")]), ("周明明天到期", [(6, "周明")]), ("查周铭", [(6, "周铭")]),
    ("百味那边怎么样", [(3, "百味")]), ("去见百味老板", [(3, "百味")]), ("远航的财务", [(8, "远航")]), ("去远航", [(8, "远航")]),
    ("恒泰的情况", [(7, "恒泰")]), ("海大进出口查一下", [(2, "海大进出口")]), ("hxjt啥情况", [(1, "hxjt")]), ("華星集團的資料", [(1, "華星集團")]),
    ("陳秀蘭阿姨的定期", [(5, "陳秀蘭")]), ("陈修兰那笔", [(5, "陈修兰")]), ("鼎盛纺织", [(9, "鼎盛纺织")]), ("调一下绿原农业", [(4, "绿原农业")]),
    ("给我华星机械集团有限公司的持仓", [(1, "华星机械集团有限公司")]), ("华星和海达对比", [(1, "华星"), (2, "海达")]),
    ("开一个海达公司的户", [(2, "海达公司")]), ("看看华兴机械的持仓", [(1, "华兴机械")]), ("横泰建材", [(7, "横泰建材")]),
    ("😀ＨＸＪＴ呢", [(1, "ＨＸＪＴ")]),
]  # fmt: skip
NOBODY = [
    "心里百味杂陈", "约了百味轩老板娘", "祝您扬帆远航", "恒泰五金的电话", "我还大概记得", "这是个很太平的年头", "绿色源头", "海量达人", "百位客户",
    "下周明确一下", "这周明细发我", "pos机", "本周铭记在心", "一行人远行去了", "单据在哪", "还打算存吗", "",
]  # fmt: skip


@pytest.mark.parametrize(("query", "client", "how"), RANKED)
def test_a_name_as_typed_finds_its_client(query: str, client: int, how: str) -> None:
    best = INDEX.rank(query)[0]
    assert (best.id, best.how) == (client, how)


@pytest.mark.parametrize("query", ["某某公司", "建材", "单位", "", "的", "陈秀", "王秀兰", "zzz"])
def test_a_stranger_finds_nobody(query: str) -> None:
    assert INDEX.rank(query) == []


@pytest.mark.parametrize(("text", "found"), MENTIONED)
def test_a_name_is_seen_in_a_sentence(text: str, found: list[tuple[int, str]]) -> None:
    seen = INDEX.mentions(text)
    assert [(mention.id, mention.text) for mention in seen] == found
    assert all(text[mention.start : mention.end] == mention.text for mention in seen)


@pytest.mark.parametrize("text", NOBODY)
def test_a_word_is_not_taken_for_a_name(text: str) -> None:
    assert INDEX.mentions(text) == []


def test_two_clients_of_one_brand_are_both_offered() -> None:
    both = [*CLIENTS, Candidate(11, "华星电子有限公司", "华星电子")]
    assert {match.id for match in rank("华星", both)} == {1, 11}
    assert {(mention.id, mention.text) for mention in mentions("查下华星", both)} == {(1, "华星"), (11, "华星")}
    assert [mention.id for mention in mentions("查下华星电子", both)] == [11]


def test_scores_fall_from_exact_to_typo() -> None:
    scores = [
        INDEX.rank(query)[0].score for query in ("华星机械集团有限公司", "华星集团", "华兴集团", "hxjt", "華星机戒")
    ]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_limit_holds() -> None:
    alike = [
        Candidate(place, f"金龙{trade}有限公司")
        for place, trade in enumerate(["电子", "物流", "食品", "五金", "贸易", "纺织", "建材"])
    ]
    assert len(rank("金龙", alike, limit=3)) == 3
