"""The evaluation is readable, and says which targets are missed."""

from bot.ops.evaluate import Figures, Labelled, Spans
from bot.ops.evaluation_report import report, reports


def labelled(accuracy: float) -> Labelled:
    scores = {"greet": {"precision": 1.0, "recall": 0.5, "f1": 0.667, "count": 2.0}}
    confusion = {"wanted": "greet", "got": "help", "count": 1, "texts": ["你好呀"]}
    return Labelled(accuracy=accuracy, macro_f1=accuracy, labels=scores, confusions=[confusion], ece=0.02)


def figures(**changed: object) -> Figures:
    given = {
        "intent": labelled(0.94),
        "move": labelled(0.93),
        "stance": labelled(0.89),
        "needs": {"f1": 0.82},
        "entities": Spans(precision=0.9, recall=0.9, f1=0.9, value_accuracy=0.97, types={}),
        "question_kinds": 0.92,
        "milliseconds": {"median": 4.7, "p95": 7.2},
        "counts": {"intents": 2},
    }
    return Figures(**{**given, **changed})


def test_a_missed_target_is_called_missed() -> None:
    text = report(figures())
    assert "没达到 意图　0.940（目标 0.95）" in text
    assert "达到   立场　0.890（目标 0.85）" in text


def test_confusions_come_with_a_sentence() -> None:
    assert "你好呀" in report(figures())


def test_what_noise_costs_is_shown_in_chinese() -> None:
    text = report(figures(lost={"typo": {"intent": 0.037}}))
    assert "错别字" in text
    assert "0.037" in text


def test_each_set_of_sentences_stands_under_its_name() -> None:
    both = reports({"gold": figures(), "gold2": figures()})
    assert both.index("【gold（") < both.index("【gold2（")
    assert "【" not in reports({"gold": figures()})
