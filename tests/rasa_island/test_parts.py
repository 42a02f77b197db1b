"""Features, linear models, vocabulary, tagging, merging: each by itself."""

import numpy as np
import pytest
from wenxu_rasa import linear, tagger
from wenxu_rasa.components.reading import _clauses
from wenxu_rasa.corpus import unannotate
from wenxu_rasa.features import of_intent, pairs
from wenxu_rasa.fit import fit_one
from wenxu_rasa.merging import merge
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
    return fit_one(rows, np.zeros((len(rows), 0), np.float32), (["greet"] * 4 + ["goodbye"] * 4) * 3)


def test_probabilities_sum_to_one(model):
    chances = model.probabilities(of_intent("你好", list("你好"), "visit"), np.zeros(0))
    assert chances.sum() == pytest.approx(1)
    assert model.labels[int(chances.argmax())] == "greet"


def test_a_saved_model_says_the_same(model, tmp_path):
    linear.save(model, tmp_path / "m.npz")
    again = linear.load(tmp_path / "m.npz")
    row = of_intent("回头见啦", list("回头见啦"), "idle")
    assert again.probabilities(row, np.zeros(0)) == pytest.approx(model.probabilities(row, np.zeros(0)), abs=1e-2)


def test_a_sentence_of_unknown_characters_is_read_without_an_error(model):
    assert len(model.probabilities(of_intent("龘龘", ["龘龘"], "idle"), np.zeros(0))) == 2


@pytest.fixture
def vocabulary():
    return Vocabulary({"product": {"保理": ["a", "b"], "反向保理": "b", "pos": "c"}, "need": {"保理": "x"}})


def test_the_longest_word_wins_within_a_type(vocabulary):
    assert [(hit.type, hit.start, hit.end) for hit in vocabulary.hits("反向保理")] == [("product", 0, 4), ("need", 2, 4)]


def test_a_latin_word_is_not_cut_out_of_a_longer_one(vocabulary):
    assert vocabulary.hits("position") == []
    assert [hit.value for hit in vocabulary.hits("装个pos机")] == ["c"]


def test_a_value_is_found_inside_a_longer_name(vocabulary):
    assert vocabulary.value("product", "反向保理业务") == "b"
    assert vocabulary.value("product", "别的") is None


def test_tags_and_spans_are_each_others_inverse():
    spans = [(0, 2, "client"), (2, 4, "client"), (5, 6, "date")]
    assert tagger.to_spans(tagger.to_tags(7, spans)) == spans


def test_features_have_one_row_a_character_with_spaces_too():
    assert len(tagger.features("a b 去", ["a ", "b ", "去"], [], "idle")) == 5


def test_swapped_names_keep_the_other_spans():
    text, spans = tagger.swapped("去海达聊汇率", [(1, 3, "client"), (4, 6, "need")], ["华星集团"], lambda names: names[0])
    assert text == "去华星集团聊汇率"
    assert [text[start:end] for start, end, _ in spans] == ["华星集团", "汇率"]


def test_an_earlier_rank_wins_and_the_rest_stays():
    book = [{"entity": "client", "start": 0, "end": 4, "value": 7}]
    tagged = [{"entity": "client", "start": 2, "end": 5, "value": None}, {"entity": "need", "start": 6, "end": 8, "value": "x"}]
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
