"""Training sentences as they also arrive."""

import yaml
from wenxu_rasa.build import varied
from wenxu_rasa.corpus import Utterance
from wenxu_rasa.curve import part
from wenxu_rasa.stock import quicker
from wenxu_rasa.variety import SEEN, Mistyping

TEXTS = ["对账太慢了", "队长带队走了"] * SEEN


def line(text, context="顺当吗？"):
    return Utterance(text, context, (), "implied_need", "x.tsv", 1)


def test_a_typo_sounds_the_same_and_keeps_the_length():
    wrong = Mistyping(TEXTS)("对账太慢了")
    assert wrong != "对账太慢了"
    assert len(wrong) == 5
    assert set(wrong) <= set("对账太慢了队长带走")


def test_the_same_sentences_get_the_same_typos():
    assert [Mistyping(TEXTS)(text) for text in TEXTS] == [Mistyping(TEXTS)(text) for text in TEXTS]


def test_rare_characters_are_not_typed_by_mistake():
    assert Mistyping(["对", "队"])("对") == "对"


def test_only_long_replies_lose_their_question():
    lines = [line("不"), line("每个月对账都要拖上好几天")] * 200
    more = [one for one in varied(lines, 0.5)[len(lines) :] if not one.context]
    assert more
    assert {one.text for one in more} == {"每个月对账都要拖上好几天"}


def test_turns_keep_what_came_before():
    assert all(one.context for one in varied([line("每个月对账都要拖上好几天")] * 50, 0.0))


def test_a_larger_part_holds_the_smaller_one():
    given = list(range(1000))
    quarter, half = part(given, 0.25), part(given, 0.5)
    assert set(quarter) < set(half)
    assert abs(len(half) - 500) < 60


def test_the_quicker_stock_pipeline_differs_in_diet_alone(tmp_path):
    stock = tmp_path / "stock.yml"
    stock.write_text("pipeline:\n- name: JiebaTokenizer\n- name: DIETClassifier\n  epochs: 100\n", encoding="utf-8")
    made = yaml.safe_load(quicker(stock, 7, tmp_path / "made.yml").read_text(encoding="utf-8"))
    assert made["pipeline"][0] == {"name": "JiebaTokenizer"}
    assert made["pipeline"][1]["epochs"] == 7
