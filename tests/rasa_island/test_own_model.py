"""WENXU_SPACY_MODEL: a user's own Chinese model gives the heads a vector of the sentence to go by."""

from pathlib import Path

import numpy as np
import pytest
import spacy
from wenxu_rasa import build, pipes
from wenxu_rasa.corpus import Utterance

ROOT = Path(__file__).parents[2]
GOOD, BAD = ("顺当", "妥帖", "利索", "省心"), ("闹心", "犯愁", "糟糕", "头疼")
WIDTH = 6


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A package with vectors: words of one meaning lie together."""
    nlp = spacy.blank("zh")
    for words, way in ((GOOD, 1.0), (BAD, -1.0)):
        for place, word in enumerate(words):
            nlp.vocab.set_vector(word, np.array([way, way, 0.1 * place, 0, 0, 0], np.float32))
    path = tmp_path_factory.mktemp("own") / "zh_own"
    nlp.to_disk(path)
    return str(path)


@pytest.fixture(scope="module")
def nlp(own):
    made = build.blank(ROOT, own)
    made.tokenizer.words += [*GOOD, *BAD]
    return made


def lines(label, words):
    return [Utterance(word, "", ("bills",) if label == "implied_need" else (), label, "x.tsv", 1) for word in words]


@pytest.fixture(scope="module")
def trained(nlp):
    told = [*lines("no_problem", GOOD[:3]), *lines("implied_need", BAD[:3])] * 4
    rows = build._rows(nlp, told)
    model = build._fit(
        rows, {"stance": [one.label for one in told], "both": [f"{one.label} {build._voiced(one)}" for one in told]}
    )
    topics = build._fit(rows, {"topic": ["bills" if one.needs else "payroll" for one in told]})
    asked = build._fit(rows, {"move": [one.label for one in told], "about": [build._voiced(one) for one in told]})
    heads = nlp.get_pipe("reading_heads")
    heads.models = {"told": model, "asked": asked, "topic": topics}
    return heads


def test_without_a_model_of_ones_own_there_is_no_vector():
    assert pipes.vector_of(build.blank(ROOT, "")("对账太慢")).size == 0


def test_the_vector_of_a_sentence_is_that_of_its_words(nlp):
    assert pipes.vector_of(nlp("顺当")).tolist() == pytest.approx([1, 1, 0, 0, 0, 0])


def test_a_tensor_goes_before_word_vectors(nlp):
    doc = nlp("顺当")
    doc.tensor = np.ones((len(doc), 3), np.float32)
    assert pipes.vector_of(doc).tolist() == [1, 1, 1]


def test_a_word_never_seen_in_training_is_read_by_its_vector(nlp, trained):
    assert len(trained.models["told"].mean) == WIDTH
    for word, stance in ((GOOD[3], "no_problem"), (BAD[3], "implied_need")):
        doc = nlp(word)
        scores = trained.models["told"].scores("stance", trained.models["told"].space.row({}), pipes.vector_of(doc))
        assert trained.models["told"].heads["stance"].labels[int(scores.argmax())] == stance


def test_a_clause_without_a_vector_is_read_all_the_same(trained):
    assert set(trained.read("头疼", ["头疼"], "", ("told",))) == {"stance", "needs"}


def test_the_package_keeps_vectors_and_heads(nlp, trained, tmp_path):
    build.write(nlp, tmp_path)
    again = spacy.load(tmp_path / build.NAME / "pipeline")
    doc = again("犯愁")
    assert pipes.vector_of(doc).tolist() == pytest.approx(pipes.vector_of(nlp("犯愁")).tolist())
    doc._.context = ""
    read = again.get_pipe("reading_heads")(doc)._.reading
    assert max(read["stance"], key=read["stance"].get) == "implied_need"
