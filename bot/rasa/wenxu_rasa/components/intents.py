"""What the manager wants of the bot, read by the mode of the conversation."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from wenxu_rasa.components.spoken import document, mode_of
from wenxu_rasa.features import INTENT_WEIGHTS, of_intent
from wenxu_rasa.linear import Linear, load, save

MODEL = "intents.npz"
RANKED = 5
NO_VECTOR = np.zeros(0, np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ModeAwareIntents(GraphComponent):
    """A linear model over character and word n-grams and their crosses with the mode."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: Linear | None = None) -> None:
        self.config, self.storage, self.resource, self.model = config, storage, resource, model
        self.prior = np.array([config["prior"].get(label, 0.0) for label in model.labels]) if model else NO_VECTOR

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
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> ModeAwareIntents:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> ModeAwareIntents:
        with model_storage.read_from(resource) as place:
            return cls(config, model_storage, resource, load(place / MODEL))

    def train(self, training_data: TrainingData) -> Resource:
        from wenxu_rasa.fit import fit_one

        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        docs = [document(one) for one in examples]
        rows = [of_intent(doc.text, [token.text for token in doc], mode_of(one)) for doc, one in zip(docs, examples)]
        dense = np.zeros((len(rows), 0), np.float32)
        self.model = fit_one(rows, dense, [one.get(INTENT) for one in examples], self.config["strength"], INTENT_WEIGHTS)
        with self.storage.write_to(self.resource) as place:
            save(self.model, place / MODEL)
        return self.resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            doc = document(message)
            if self.model and doc is not None:
                self._classify(message, doc)
        return messages

    def _classify(self, message: Message, doc: Any) -> None:
        assert self.model
        groups = of_intent(doc.text, [token.text for token in doc], mode_of(message))
        chances = self.model.calibrated(self.model.scores(groups, NO_VECTOR) + self.prior)
        order = np.argsort(-chances)[:RANKED]
        ranking = [{"name": self.model.labels[place], "confidence": float(chances[place])} for place in order]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
