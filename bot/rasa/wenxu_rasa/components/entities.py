"""Entities with values in the contract's forms."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.zh.extract import extract
from wenxu_rasa import tagger
from wenxu_rasa.components.spoken import document, metadata, mode_of, now_of
from wenxu_rasa.merging import figures, mentioned, merge, tagged
from wenxu_rasa.vocabulary import Hit

MODEL = "tagger.crf"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True, model_from="SpacyNLP")
class Entities(GraphComponent):
    """Character CRF over vocabulary and figures; values from the vocabulary and `bot.zh.extract`."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: bytes = b"") -> None:
        self.storage, self.resource = storage, resource
        self.tagger = tagger.Tagger(model) if model else None

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Entities:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> Entities:
        with model_storage.read_from(resource) as place:
            return cls(model_storage, resource, (place / MODEL).read_bytes())

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        rows, tags = [], []
        for message in training_data.nlu_examples:
            doc = document(message)
            # Sentences of data/reading carry no annotation: they must not teach that there are no entities.
            if doc is None or metadata(message).get("unannotated"):
                continue
            rows.append(self._rows(message, doc, _figures(message, doc)))
            spans = [(one["start"], one["end"], one["entity"]) for one in message.get(ENTITIES) or ()]
            tags.append(tagger.to_tags(len(doc.text), spans))
        with self.storage.write_to(self.resource) as place:
            tagger.train(rows, tags, str(place / MODEL))
            self.tagger = tagger.Tagger((place / MODEL).read_bytes())
        return self.resource

    @staticmethod
    def _rows(message: Message, doc: Any, found: list[Any]) -> list[list[str]]:
        hits = [*doc._.hits, *(Hit(one.type, one.start, one.end, None) for one in found)]
        pieces = [token.text_with_ws for token in doc]
        return tagger.features(doc.text, pieces, hits, mode_of(message))

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        vocabulary = model.model.get_pipe("wenxu_vocabulary").vocabulary
        for message in messages:
            doc = document(message)
            if self.tagger is None or doc is None or not doc.text.strip():
                continue
            found = _figures(message, doc)
            spans = tagger.to_spans(self.tagger.tag(self._rows(message, doc, found)))
            book = metadata(message).get("mentions") or ()
            entities = merge(mentioned(book), figures(found), tagged(spans, doc.text, vocabulary))
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _figures(message: Message, doc: Any) -> list[Any]:
    return extract(doc.text, now_of(message))
