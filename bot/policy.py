"""Rasa's rule policy, looking only at the rules that a message's intent can follow."""

from __future__ import annotations

import json
from collections import defaultdict

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import INTENT

_Rules = dict[str, str]


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class IndexedRulePolicy(RulePolicy):
    """Finds the same rules as :class:`RulePolicy`, which compares each of several hundred."""

    def _get_possible_keys(self, lookup: _Rules, states: list[State]) -> set[str]:
        if not states:
            return set(super()._get_possible_keys(lookup, states))
        intent = states[-1].get("user", {}).get(INTENT)
        index = self._index_of(lookup)
        narrowed = {key: lookup[key] for key in {*index[intent], *index[None]}}
        return set(super()._get_possible_keys(narrowed, states))

    def _index_of(self, lookup: _Rules) -> dict[str | None, list[str]]:
        """Rules by the intent they end with; training adds rules, so their number is compared."""
        known: dict[int, tuple[int, dict[str | None, list[str]]]]
        known = self.__dict__.setdefault("_indexes", {})
        size, index = known.get(id(lookup), (-1, {}))
        if size != len(lookup):
            index = defaultdict(list)
            for key in lookup:
                index[json.loads(key)[-1].get("user", {}).get(INTENT)].append(key)
            known[id(lookup)] = (len(lookup), index)
        return index
