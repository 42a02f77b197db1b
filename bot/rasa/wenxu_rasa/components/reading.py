"""Last of the pipeline: move, stance, needs and clauses; the two thresholds; the text as typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.zh.scripts import normalise
from wenxu_rasa.components.normaliser import AS_TYPED
from wenxu_rasa.components.spoken import document, metadata
from wenxu_rasa.pipes import vector_of

FALLBACK = "nlu_fallback"
SILENT = ("no_problem", "fact", "unclear", "refusal")  # clauses read so voice no need
_CLAUSE = re.compile(r"[^，。；！？,;!?…]+")
SHORTEST_CLAUSE = 4


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False, model_from="SpacyNLP")
class Reading(GraphComponent):
    """Completes the payload described in docs/architecture.md."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "sure": 0.45,  # below it, or with a rival within `margin`, the bot asks back
            "margin": 0.12,
            "admit": 0.2,  # below it the bot admits that it did not understand
            "need": 0.6,
            "clause_need": 0.95,  # a clause by itself has to be surer than a whole sentence
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Reading:
        return cls(config)

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        for message in messages:
            doc = document(message)
            if doc is not None and doc._.hits is not None:
                self._heads(message, doc, model.model)
            _as_typed(message)
            self._fallback(message)
        return messages

    def _heads(self, message: Message, doc: Any, nlp: Any) -> None:
        heads = nlp.get_pipe("reading_heads")
        given = metadata(message)
        kind = "about" if given.get("mode") == "practice" else "needs"
        tokens = [(token.idx, token.text) for token in doc]
        whole = heads.read(
            doc.text, [text for _, text in tokens], normalise(given.get("context") or ""), vector=vector_of(doc)
        )
        clauses = [self._clause(heads, kind, tokens, span, doc.text) for span in _clauses(doc.text)]
        message.set("move", _best(whole["move"]), add_to_output=True)
        message.set("stance", _best(whole["stance"]), add_to_output=True)
        message.set("needs", self._needs(whole[kind], clauses if kind == "needs" else []), add_to_output=True)
        message.set("clauses", clauses, add_to_output=True)

    def _clause(
        self, heads: Any, kind: str, tokens: list[tuple[int, str]], span: tuple[int, int], text: str
    ) -> dict[str, Any]:
        start, end = span
        inside = [word for at, word in tokens if start <= at < end]
        read = heads.read(text[start:end], inside, "", ("told",) if kind == "needs" else ("asked", "told"))
        return {"start": start, "end": end, "stance": _best(read["stance"]), "needs": self._listed(read[kind])}

    def _needs(self, chances: dict[str, float], clauses: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What the whole sentence voices, and what a clause voices for sure; a clause that denies gives none."""
        found = dict(chances)
        for clause in clauses:
            if clause["stance"]["name"] not in SILENT:
                for need in clause["needs"]:
                    if need["confidence"] >= self.config["clause_need"]:
                        found[need["code"]] = max(found.get(need["code"], 0.0), need["confidence"])
        return self._listed(found)

    def _listed(self, chances: dict[str, float]) -> list[dict[str, Any]]:
        found = sorted(chances.items(), key=lambda item: -item[1])
        return [{"code": code, "confidence": chance} for code, chance in found if chance >= self.config["need"]]

    def _fallback(self, message: Message) -> None:
        intent = message.get(INTENT) or {}
        ranking = message.get("intent_ranking") or [intent]
        chance = intent.get("confidence") or 0.0
        rival = ranking[1]["confidence"] if len(ranking) > 1 else 0.0
        found = "admit" if chance < self.config["admit"] else None
        if found is None and (chance < self.config["sure"] or chance - rival < self.config["margin"]):
            found = "ask"
        message.set("fallback", found, add_to_output=True)
        if found and metadata(message).get("turn"):
            message.set(INTENT, {"name": FALLBACK, "confidence": 1 - chance}, add_to_output=True)


def _best(chances: dict[str, float]) -> dict[str, Any]:
    name = max(chances, key=chances.__getitem__)
    return {"name": name, "confidence": chances[name]}


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Stretches between punctuation, when there is more than one."""
    found = [match.span() for match in _CLAUSE.finditer(text) if len(match[0].strip()) >= SHORTEST_CLAUSE]
    return iter(found if len(found) > 1 else ())


def _as_typed(message: Message) -> None:
    text = message.get(AS_TYPED)
    if text is None:
        return
    message.set(TEXT, text)
    entities = [{**one, "text": text[one["start"] : one["end"]]} for one in message.get(ENTITIES) or ()]
    message.set(ENTITIES, entities, add_to_output=True)
