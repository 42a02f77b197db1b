"""spaCy parts of the reading: segmenter, vocabulary, sentence encoder, heads. Importing registers them.

No postponed annotations here: spaCy reads those of factories at run time.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jieba
import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from wenxu_rasa.encoder import Encoder
from wenxu_rasa.features import of_reading
from wenxu_rasa.linear import Linear, load, save
from wenxu_rasa.vocabulary import Vocabulary

for _name, _default in {"hits": None, "sentence": None, "context": None, "reading": None}.items():
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


class EncoderPipe:
    """Sets `doc._.sentence`, the sentence's vector."""

    def __init__(self) -> None:
        self.encoder: Encoder | None = None

    def set(self, model: bytes, pieces: bytes, threads: int = 1) -> None:
        self.model, self.vocabulary = model, pieces
        self.encoder = Encoder(model, pieces.decode(), threads)

    def __call__(self, doc: Doc) -> Doc:
        doc._.sentence = self.vectors([doc.text])[0]
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        for batch in spacy.util.minibatch(docs, batch_size):
            for doc, vector in zip(batch, self.vectors([doc.text for doc in batch])):
                doc._.sentence = vector
                yield doc

    def vectors(self, texts: list[str]) -> np.ndarray:
        if self.encoder is None:
            raise ValueError("the sentence encoder has no weights")
        return self.encoder.encode(texts)

    def to_disk(self, path: Path, **_: Any) -> None:
        place = Path(path)
        place.mkdir(parents=True, exist_ok=True)
        (place / "encoder.onnx").write_bytes(self.model)
        (place / "pieces.txt").write_bytes(self.vocabulary)

    def from_disk(self, path: Path, **_: Any) -> "EncoderPipe":
        place = Path(path)
        self.set((place / "encoder.onnx").read_bytes(), (place / "pieces.txt").read_bytes())
        return self


class HeadsPipe:
    """Move, stance and needs. Reads only when `doc._.context` is set (a string, maybe empty), and sets `doc._.reading`.

    `doc._.reading` = {"move": {label: p}, "stance": {label: p}, "needs": {code: p}}.
    """

    names = ("move", "stance", "needs")

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.heads: dict[str, Linear] = {}

    def __call__(self, doc: Doc) -> Doc:
        if doc._.context is not None and self.heads:
            doc._.reading = self.read(doc, doc._.context)
        return doc

    def read(self, doc: Doc, context: str) -> dict[str, dict[str, float]]:
        groups = of_reading(doc.text, [token.text for token in doc], context)
        dense = self._vectors(doc, context)
        return {
            name: dict(zip(head.labels, head.probabilities(groups, dense).tolist())) for name, head in self.heads.items()
        }

    def _vectors(self, doc: Doc, context: str) -> np.ndarray:
        """The sentence's vector and that of what was said before; empty without an encoder."""
        if doc._.sentence is None:
            return np.zeros(0, np.float32)
        before = self.nlp.get_pipe("wenxu_encoder").vectors([context])[0] if context else np.zeros_like(doc._.sentence)
        return np.concatenate([doc._.sentence, before])

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


@Language.factory("wenxu_encoder")
def make_encoder(nlp: Language, name: str) -> EncoderPipe:
    return EncoderPipe()


@Language.factory("reading_heads")
def make_heads(nlp: Language, name: str) -> HeadsPipe:
    return HeadsPipe(nlp)
