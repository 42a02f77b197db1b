"""Entities with values in the contract's forms."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.zh.extract import extract
from wenxu_rasa import tagger
from wenxu_rasa.attributes import settled
from wenxu_rasa.components.spoken import document, metadata, mode_of, now_of
from wenxu_rasa.merging import Entity, around, figures, mentioned, merge, tagged
from wenxu_rasa.vocabulary import Hit, Vocabulary

MODEL = "tagger.crf"
NO_FIGURE = 0.9


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True, model_from="SpacyNLP")
class Entities(GraphComponent):
    """Character CRF over vocabulary and figures; values from the vocabulary and `bot.zh.extract`."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: bytes = b"") -> None:
        self.storage, self.resource = storage, resource
        self.tagger = tagger.Tagger(model) if model else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Entities:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> Entities:
        with model_storage.read_from(resource) as place:
            return cls(model_storage, resource, (place / MODEL).read_bytes())

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        rows, tags = [], []
        known = model.model.get_pipe("wenxu_vocabulary").vocabulary.words.get("attribute", {})
        for text, marked, intent, mode, now in _lessons(training_data):
            doc, spans = model.model(text), settled(text, marked, known)
            rows.append(_rows(doc, extract(text, now), mode, intent))
            tags.append(tagger.to_tags(len(text), spans))
        with self.storage.write_to(self.resource) as place:
            tagger.train(rows, tags, str(place / MODEL))
            self.tagger = tagger.Tagger((place / MODEL).read_bytes())
        return self.resource

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        vocabulary = model.model.get_pipe("wenxu_vocabulary").vocabulary
        for message in messages:
            doc = document(message)
            if self.tagger is None or doc is None or not doc.text.strip():
                continue
            intent = (message.get(INTENT) or {}).get("name") or ""
            book = metadata(message).get("mentions") or ()
            found = read(self.tagger, doc, vocabulary, mode_of(message), intent, now_of(message), book)
            message.set(ENTITIES, found, add_to_output=True)
        return messages


def read(
    crf: tagger.Tagger,
    doc: Any,
    vocabulary: Vocabulary,
    mode: str,
    intent: str,
    now: datetime,
    book: Iterable[dict[str, Any]] = (),
) -> list[Entity]:
    """The entities of a sentence; `book` are the clients that the application found in it."""
    found = extract(doc.text, now)
    spans = tagger.to_spans(crf.tag(_rows(doc, found, mode, intent)))
    spans = settled(doc.text, spans, vocabulary.words.get("attribute", {}))
    # A count or a time that is only a way of speaking: 跑一趟半天没了, 三句话说清楚.
    said = [
        one for one in found if one.type not in ("count", "duration") or crf.outside(one.start, one.end) <= NO_FIGURE
    ]
    named = tagged(spans, doc.text, vocabulary)
    return merge(mentioned(book), around(named, figures(said)), figures(said), named)


def _rows(doc: Any, found: list[Any], mode: str, intent: str) -> list[list[str]]:
    hits = [*doc._.hits, *(Hit(one.type, one.start, one.end, None) for one in found)]
    return tagger.features(doc.text, [token.text_with_ws for token in doc], hits, mode, intent)


def _lessons(training_data: TrainingData) -> Iterator[tuple[str, list[tagger.Span], str, str, datetime]]:
    """(text, spans, intent, mode, now) of annotated sentences, those with a client twice more with another name.

    Sentences of data/reading carry no annotation: they must not teach that there are no entities.
    """
    given = [one for one in training_data.nlu_examples if one.get(TEXT) and not metadata(one).get("unannotated")]
    spans_of = [[(e["start"], e["end"], e["entity"]) for e in one.get(ENTITIES) or ()] for one in given]
    names = sorted(
        {one.get(TEXT)[s:e] for one, spans in zip(given, spans_of) for s, e, kind in spans if kind == "client"}
    )
    # Short names of no one: the first character of one name, the second of another.
    short = [one[0] + other[1] for one, other in zip(names, reversed(names)) if len(other) > 1]
    choose = random.Random(len(names)).choice  # the same data give the same model
    for one, spans in zip(given, spans_of):
        text, intent, mode, now = one.get(TEXT), one.get(INTENT) or "", mode_of(one), now_of(one)
        yield text, spans, intent, mode, now
        if any(kind == "client" for _, _, kind in spans):
            yield *tagger.swapped(text, spans, names, choose), intent, mode, now
            yield *tagger.swapped(text, spans, short, choose), intent, mode, now
