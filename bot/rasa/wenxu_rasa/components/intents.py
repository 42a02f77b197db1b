"""What the manager wants of the bot, read by the mode of the conversation."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wenxu_rasa.components.spoken import document, mode_of
from wenxu_rasa.features import INTENT_WEIGHTS, of_intent
from wenxu_rasa.linear import Model, hashed, load, save, sharpened
from wenxu_rasa.pipes import vector_of
from wenxu_rasa.variety import Mistyping

MODEL = "intents.npz"
RANKED = 5
MISTYPED = 0.3  # share of the training sentences that are learnt with typos too


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True, model_from="SpacyNLP")
class ModeAwareIntents(GraphComponent):
    """Support vectors and a small network over character and word n-grams and their crosses with the mode."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Model | None = None
    ) -> None:
        self.config, self.storage, self.resource, self.model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "strength": 0.5,
            # Added to the score of a label. Sentences that are none of our business are of endless kinds, so that
            # those seen in training are few of them.
            "prior": {"out_of_scope": 0.15},
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ModeAwareIntents:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> ModeAwareIntents:
        with model_storage.read_from(resource) as place:
            return cls(config, model_storage, resource, load(place / MODEL))

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        from wenxu_rasa.fit import fit

        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        docs = [(document(one), mode_of(one), one.get(INTENT)) for one in examples]
        mistype = Mistyping(doc.text for doc, _, _ in docs)
        docs += [(model.model(mistype(doc.text)), mode, intent) for doc, mode, intent in docs if mistype.some(MISTYPED)]
        rows = [of_intent(doc.text, [token.text for token in doc], mode) for doc, mode, _ in docs]
        labels = [intent for _, _, intent in docs]
        vectors = np.array([vector_of(doc) for doc, _, _ in docs])
        self.model = fit(rows, {"intent": labels}, vectors, self.config["strength"], INTENT_WEIGHTS)
        with self.storage.write_to(self.resource) as place:
            save(self.model, place / MODEL)
        return self.resource

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        for message in messages:
            doc = document(message)
            if self.model and doc is not None:
                self._classify(message, doc)
        return messages

    def _classify(self, message: Message, doc: Any) -> None:
        assert self.model
        groups = hashed(of_intent(doc.text, [token.text for token in doc], mode_of(message)))
        chances = sharpened(self.model.read(groups, vector_of(doc), self.config["prior"])["intent"])
        order = sorted(chances, key=chances.__getitem__, reverse=True)[:RANKED]
        ranking = [{"name": name, "confidence": chances[name]} for name in order]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
