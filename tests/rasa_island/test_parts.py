"""Features, linear models, vocabulary, tagging, merging: each by itself."""

import pytest
from wenxu_rasa import linear, tagger
from wenxu_rasa.attributes import settled
from wenxu_rasa.components.reading import _clauses
from wenxu_rasa.corpus import unannotate
from wenxu_rasa.features import of_intent, pairs
from wenxu_rasa.fit import fit
from wenxu_rasa.merging import around, merge
from wenxu_rasa.pipes import JiebaSegmenter
from wenxu_rasa.vocabulary import Vocabulary

TEXTS = ["你好呀", "早上好", "您好", "下午好啊", "再见了", "拜拜", "回头见", "先走了拜"] * 3


def test_annotation_becomes_text_and_spans():
    assert unannotate("去[海达](client)聊[汇率](need)") == ("去海达聊汇率", ((1, 3, "client"), (4, 6, "need")))


def test_pairs_leap_over_one_to_three_characters():
    assert "不_了" in pairs("不去了")
    assert "^_$" not in pairs("^一二三四五$")


@pytest.fixture(scope="module")
def model():
    rows = [of_intent(text, list(text), "idle") for text in TEXTS]
    return fit(
        rows, {"intent": (["greet"] * 4 + ["goodbye"] * 4) * 3, "early": (["yes", "yes", "no", "no"] * 2) * 3}, hidden=8
    )


def read(model, text):
    return model.read(of_intent(text, list(text), "idle"))


def test_chances_sum_to_one_for_each_task(model):
    found = read(model, "你好")
    assert {task: pytest.approx(sum(chances.values()), abs=1e-5) for task, chances in found.items()} == {
        "intent": 1,
        "early": 1,
    }
    assert max(found["intent"], key=found["intent"].get) == "greet"


def test_a_saved_model_says_the_same(model, tmp_path):
    linear.save(model, tmp_path / "m.npz")
    again = linear.load(tmp_path / "m.npz")
    row = of_intent("回头见啦", list("回头见啦"), "idle")
    for task, chances in read(model, "回头见啦").items():
        assert again.read(row)[task] == pytest.approx(chances, abs=1e-2)
        assert again.read(linear.hashed(row))[task] == pytest.approx(again.read(row)[task])


def test_the_same_sentences_give_the_same_model(model):
    rows = [of_intent(text, list(text), "idle") for text in TEXTS]
    again = fit(rows, {"intent": (["greet"] * 4 + ["goodbye"] * 4) * 3}, hidden=8)
    assert read(again, "下午好")["intent"] == pytest.approx(read(model, "下午好")["intent"], abs=1e-6)


def test_a_sentence_of_unknown_characters_is_read_without_an_error(model):
    assert len(model.read(of_intent("龘龘", ["龘龘"], "idle"))["intent"]) == 2


def test_a_prior_moves_the_reading(model):
    row = of_intent("龘龘", ["龘龘"], "idle")
    assert model.read(row, prior={"greet": 1.0})["intent"]["greet"] > model.read(row)["intent"]["greet"]


def test_a_homophone_sounds_the_same():
    assert of_intent("在见", ["在", "见"], "idle")["y2"] == of_intent("再见", ["再见"], "idle")["y2"]


@pytest.fixture
def vocabulary():
    return Vocabulary({"product": {"保理": ["a", "b"], "反向保理": "b", "pos": "c"}, "need": {"保理": "x"}})


def test_the_longest_word_wins_within_a_type(vocabulary):
    assert [(hit.type, hit.start, hit.end) for hit in vocabulary.hits("反向保理")] == [
        ("product", 0, 4),
        ("need", 2, 4),
    ]


def test_a_latin_word_is_not_cut_out_of_a_longer_one(vocabulary):
    assert vocabulary.hits("position") == []
    assert [hit.value for hit in vocabulary.hits("装个pos机")] == ["c"]


def test_a_value_is_found_inside_a_longer_name(vocabulary):
    assert vocabulary.value("product", "反向保理业务") == "b"
    assert vocabulary.value("product", "别的") is None


def test_a_product_is_found_by_its_sound():
    known = Vocabulary({"product": {"总分账户": "sub", "账户透支": "account", "法人账户透支": "overdraft"}})
    assert [(hit.start, hit.end, hit.value) for hit in known.hits("总分账护好不好")] == [(0, 4, "sub")]
    assert [hit.value for hit in known.hits("法人帐户透支")] == ["overdraft"]
    assert known.value("product", "总分张户") == "sub"


ATTRIBUTES = {
    "好处": "benefits",
    "起存": "min_amount",
    "期限": "tenor",
    "多长": "tenor",
    "费率": "fee",
    "最长": "tenor",
    "几天": "tenor",
    "最少": "min_amount",
    "多少钱": "fee",
}


@pytest.mark.parametrize(
    ("text", "marked", "kept"),
    [
        ("有啥好处", ["有啥好处"], ["好处"]),
        ("起存多少来着", ["起存多少"], ["起存"]),
        ("期限一般多长", ["期限", "多长"], ["期限"]),
        ("期限我知道，开户几天", ["期限", "几天"], ["期限", "几天"]),
        ("最长能用几天", ["最长", "几天"], ["最长", "几天"]),
        ("质押率能给到几成", ["几成"], []),
        ("最少要多少钱", ["最少", "多少钱"], ["最少"]),
    ],
)
def test_an_attribute_is_the_word_that_names_it(text, marked, kept):
    spans = [(text.index(word), text.index(word) + len(word), "attribute") for word in marked]
    assert [text[start:end] for start, end, _ in settled(text, spans, ATTRIBUTES)] == kept


def test_a_name_that_holds_a_figure_goes_before_it():
    name, figure = {"entity": "product", "start": 0, "end": 4}, {"entity": "duration", "start": 0, "end": 2}
    assert merge(around([name], [figure]), [figure], [name]) == [name]
    assert around([{**name, "end": 2}], [figure]) == []


def test_tags_and_spans_are_each_others_inverse():
    spans = [(0, 2, "client"), (2, 4, "client"), (5, 6, "date")]
    assert tagger.to_spans(tagger.to_tags(7, spans)) == spans


def test_features_have_one_row_a_character_with_spaces_too():
    assert len(tagger.features("a b 去", ["a ", "b ", "去"], [], "idle")) == 5


def test_swapped_names_keep_the_other_spans():
    text, spans = tagger.swapped(
        "去海达聊汇率", [(1, 3, "client"), (4, 6, "need")], ["华星集团"], lambda names: names[0]
    )
    assert text == "去华星集团聊汇率"
    assert [text[start:end] for start, end, _ in spans] == ["华星集团", "汇率"]


def test_an_earlier_rank_wins_and_the_rest_stays():
    book = [{"entity": "client", "start": 0, "end": 4, "value": 7}]
    tagged = [
        {"entity": "client", "start": 2, "end": 5, "value": None},
        {"entity": "need", "start": 6, "end": 8, "value": "x"},
    ]
    assert [(one["start"], one["value"]) for one in merge(book, tagged)] == [(0, 7), (6, "x")]


def test_clauses_need_two_stretches():
    assert list(_clauses("没有逗号的一句话")) == []
    assert list(_clauses("对账不麻烦，就是付款太慢")) == [(0, 5), (6, 12)]


def test_the_segmenter_keeps_its_words_and_the_text():
    from spacy.vocab import Vocab

    made = JiebaSegmenter(Vocab(), ["单位协定存款"])
    again = JiebaSegmenter(Vocab()).from_bytes(made.to_bytes())
    doc = again("开 单位协定存款 吧")
    assert "单位协定存款" in [token.text for token in doc]
    assert doc.text == "开 单位协定存款 吧"
