"""spaCy parts of the reading: segmenter, vocabulary, heads. Importing registers them.

No postponed annotations here: spaCy reads those of factories at run time.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from wenxu_rasa.features import of_reading
from wenxu_rasa.linear import Groups, Linear, load, save
from wenxu_rasa.vocabulary import Vocabulary

NO_VECTOR = np.zeros(0, np.float32)

for _name, _default in {"hits": None, "context": None, "reading": None}.items():
    Doc.set_extension(_name, default=_default, force=True)


class JiebaSegmenter:
    """spaCy tokenizer over jieba with words of its own. spaCy's own Chinese one cannot save its dictionary."""

    def __init__(self, vocab: Vocab, words: Iterable[str] = ()) -> None:
        self.vocab = vocab
        self.words = list(words)
        self._jieba: jieba.Tokenizer | None = None

    def _ready(self) -> jieba.Tokenizer:
        if self._jieba is None:
            jieba.setLogLevel(60)
            self._jieba = jieba.Tokenizer()
            for word in self.words:
                self._jieba.add_word(word)
        return self._jieba

    def __call__(self, text: str) -> Doc:
        tokens, spaces = [], []
        for piece in self._ready().cut(text, HMM=False):
            if piece == " " and tokens and not spaces[-1]:
                spaces[-1] = True
            else:
                tokens.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=tokens, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        return json.dumps(self.words, ensure_ascii=False).encode()

    def from_bytes(self, data: bytes, **_: Any) -> "JiebaSegmenter":
        self.words = json.loads(data)
        self._jieba = None
        return self

    def to_disk(self, path: Path | str, **_: Any) -> None:
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: Path | str, **_: Any) -> "JiebaSegmenter":
        return self.from_bytes(Path(path).read_bytes())


@spacy.registry.tokenizers("wenxu.jieba.v1")
def make_segmenter() -> Callable[[Language], JiebaSegmenter]:
    return lambda nlp: JiebaSegmenter(nlp.vocab)


class VocabularyPipe:
    """Sets `doc._.hits`. Over characters, not tokens: a typo moves the segmenter's borders, not these."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary({})

    def __call__(self, doc: Doc) -> Doc:
        doc._.hits = self.vocabulary.hits(doc.text)
        return doc

    def to_disk(self, path: Path, **_: Any) -> None:
        kept = {"words": self.vocabulary.words, "weak": sorted(self.vocabulary.weak)}
        Path(path).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    def from_disk(self, path: Path, **_: Any) -> "VocabularyPipe":
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        self.vocabulary = Vocabulary(kept["words"], frozenset(kept["weak"]))
        return self


class HeadsPipe:
    """Move, stance and needs. Reads only when `doc._.context` is set (a string, maybe empty), and sets `doc._.reading`.

    `doc._.reading` = {"move": {label: p}, "stance": {label: p}, "needs": {code: p}, "about": {code: p}}: needs that a
    client's reply voices, and those that a seller's turn is about.
    """

    names = ("move", "stance", "voiced", "about", "topic")
    second = -0.2  # score above which a need beside the likeliest counts; found by cross-validation

    def __init__(self) -> None:
        self.heads: dict[str, Linear] = {}

    def __call__(self, doc: Doc) -> Doc:
        if doc._.context is not None and self.heads:
            doc._.reading = self.read(doc.text, [token.text for token in doc], doc._.context)
        return doc

    def read(self, text: str, tokens: list[str], context: str) -> dict[str, dict[str, float]]:
        groups = of_reading(text, tokens, context)
        found = {name: head.probabilities(groups, NO_VECTOR) for name, head in self.heads.items() if name != "topic"}
        named = {name: dict(zip(self.heads[name].labels, chances.tolist())) for name, chances in found.items()}
        topics = self._topics(groups)
        return {
            "move": named["move"],
            "stance": named["stance"],
            "needs": {code: chance * named["voiced"]["yes"] for code, chance in topics.items()},
            "about": {code: chance * named["about"]["yes"] for code, chance in topics.items()},
        }

    def _topics(self, groups: Groups) -> dict[str, float]:
        """The likeliest needs; the first always, others when they are sure by themselves. 1 for the first."""
        head = self.heads["topic"]
        scores = head.scores(groups, NO_VECTOR)
        best = int(scores.argmax())
        return {head.labels[at]: 1.0 for at in range(len(scores)) if at == best or scores[at] > self.second}

    def to_disk(self, path: Path, **_: Any) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, head in self.heads.items():
            save(head, Path(path) / f"{name}.npz")

    def from_disk(self, path: Path, **_: Any) -> "HeadsPipe":
        self.heads = {name: load(Path(path) / f"{name}.npz") for name in self.names}
        return self


@Language.factory("wenxu_vocabulary")
def make_vocabulary(nlp: Language, name: str) -> VocabularyPipe:
    return VocabularyPipe()


@Language.factory("reading_heads")
def make_heads(nlp: Language, name: str) -> HeadsPipe:
    return HeadsPipe()
