"""The indexed rule policy finds what Rasa's own finds."""

from __future__ import annotations

import json

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

from bot.policy import IndexedRulePolicy

LISTEN = {"action_name": "action_listen"}


def rule(intent: str | None, action: str = "action_listen") -> str:
    state: dict[str, object] = {"prev_action": {"action_name": action}}
    if intent:
        state["user"] = {"intent": intent}
    return json.dumps([state])


RULES = {
    rule("greeting"): "utter_greeting",
    rule("thanks"): "utter_thanks",
    rule(None, "utter_greeting"): "action_listen",
    rule("thanks", "utter_greeting"): "never",
}


@pytest.mark.parametrize(
    "state",
    [
        {"prev_action": LISTEN, "user": {"intent": "greeting"}},
        {"prev_action": LISTEN, "user": {"intent": "thanks"}},
        {"prev_action": LISTEN, "user": {"intent": "unknown"}},
        {"prev_action": {"action_name": "utter_greeting"}, "user": {"intent": "greeting"}},
        {"prev_action": {"action_name": "utter_greeting"}},
    ],
)
def test_the_same_rules_apply(state: dict[str, dict[str, str]], tmp_path_factory: object) -> None:
    folder = tmp_path_factory.mktemp("model")  # type: ignore[attr-defined]
    storage = LocalModelStorage.create(folder)
    context = ExecutionContext(GraphSchema({}))
    found = [
        kind(kind.get_default_config(), storage, Resource("p"), context)._get_possible_keys(
            RULES, [state]
        )
        for kind in (RulePolicy, IndexedRulePolicy)
    ]
    assert found[0] == found[1]


def test_rules_added_in_training_are_found(tmp_path_factory: object) -> None:
    folder = tmp_path_factory.mktemp("model")  # type: ignore[attr-defined]
    policy = IndexedRulePolicy(
        IndexedRulePolicy.get_default_config(),
        LocalModelStorage.create(folder),
        Resource("p"),
        ExecutionContext(GraphSchema({})),
    )
    growing = {rule("greeting"): "utter_greeting"}
    state = {"prev_action": LISTEN, "user": {"intent": "goodbye"}}
    assert policy._get_possible_keys(growing, [state]) == set()
    growing[rule("goodbye")] = "utter_goodbye"
    assert policy._get_possible_keys(growing, [state]) == {rule("goodbye")}
