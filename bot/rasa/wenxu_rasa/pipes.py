"""spaCy parts of the reading: segmenter, vocabulary, heads. Importing registers them.

No postponed annotations here: spaCy reads those of factories at run time.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from wenxu_rasa.features import of_reading
from wenxu_rasa.linear import NO_VECTOR, Model, hashed, load, save, sharpened
from wenxu_rasa.vocabulary import Hit, Vocabulary

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


def vector_of(doc: Doc) -> np.ndarray:
    """The sentence's vector of a user's own spaCy model (words' vectors, or a transformer's); empty without one."""
    if doc.tensor.size and doc.tensor.ndim == 2:
        return np.asarray(doc.tensor, np.float32).mean(axis=0)
    return np.asarray(doc.vector, np.float32) if doc.vocab.vectors_length else NO_VECTOR


class HeadsPipe:
    """Move, stance and needs. Reads only when `doc._.context` is set (a string, maybe empty), and sets `doc._.reading`.

    `doc._.reading` = {"move": {label: p}, "stance": {label: p}, "needs": {code: p}, "about": {code: p}}: needs that a
    client's reply voices, and those that a seller's turn is about.
    """

    names = ("asked", "told", "topic")
    # A need's confidence is the chance that one is voiced times this, at most 1, times the chance that it is the one
    # spoken of; the power makes one half the border of what counts. Both found on held-out sentences.
    LENIENT, POWER = 1.5, 0.75

    def __init__(self, nlp: Language | None = None) -> None:
        self.nlp = nlp
        self.models: dict[str, Model] = {}

    def __call__(self, doc: Doc) -> Doc:
        if doc._.context is not None and self.models:
            doc._.reading = self.read(doc.text, [token.text for token in doc], doc._.context, vector=vector_of(doc))
        return doc

    def read(
        self, text: str, tokens: list[str], context: str, sides: Sequence[str] = ("asked", "told"), vector: np.ndarray = NO_VECTOR
    ) -> dict[str, dict[str, float]]:  # fmt: skip
        """`sides`: as a seller's turn (move, about), as a client's reply (stance, needs), or both."""
        hits = self._hits
        groups = hashed(of_reading(text, tokens, context, hits(text), hits(context)))
        topics = self.models["topic"].read(groups, vector)["topic"]
        found: dict[str, dict[str, float]] = {}
        if "asked" in sides:
            asked = self.models["asked"].read(groups, vector)
            found |= {"move": sharpened(asked["move"]), "about": self._needs(topics, asked["about"]["yes"])}
        if "told" in sides:
            stance, voiced = _told(self.models["told"].read(groups, vector))
            found |= {"stance": sharpened(stance), "needs": self._needs(topics, voiced)}
        return found

    def _hits(self, text: str) -> list[Hit]:
        return self.nlp.get_pipe("wenxu_vocabulary").vocabulary.hits(text) if self.nlp else []

    def _needs(self, topics: dict[str, float], voiced: float) -> dict[str, float]:
        return {code: (voiced * min(1.0, self.LENIENT * chance)) ** self.POWER for code, chance in topics.items()}

    def to_disk(self, path: Path, **_: Any) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)
        for name, model in self.models.items():
            save(model, Path(path) / f"{name}.npz")

    def from_disk(self, path: Path, **_: Any) -> "HeadsPipe":
        self.models = {name: load(Path(path) / f"{name}.npz") for name in self.names}
        return self


def _told(read: dict[str, dict[str, float]]) -> tuple[dict[str, float], float]:
    """Stances, from both tasks, and the chance that a need is voiced."""
    stance = {label: chance / 2 for label, chance in read["stance"].items()}
    voiced = 0.0
    for label, chance in read["both"].items():
        name, said = label.split()
        stance[name] += chance / 2
        voiced += chance if said == "yes" else 0.0
    return stance, voiced


@Language.factory("wenxu_vocabulary")
def make_vocabulary(nlp: Language, name: str) -> VocabularyPipe:
    return VocabularyPipe()


@Language.factory("reading_heads")
def make_heads(nlp: Language, name: str) -> HeadsPipe:
    return HeadsPipe(nlp)
