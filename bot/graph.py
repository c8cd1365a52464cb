"""Runs Rasa's trained graph node by node, in an order found once."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.nlu.encoder_threads import EncoderThreads


class _Step(NamedTuple):
    name: str
    node: GraphNode
    needs: tuple[str, ...]
    threads: EncoderThreads | None


class PlannedGraphRunner:
    """Does what :class:`DaskGraphRunner` does at every turn, without planning it anew each time.

    The plan depends on the targets alone, and a turn has two: the parsed message and the next
    action. Nor does this one format every input, the person's words among them, for a debug line.
    """

    def __init__(self, loaded: DaskGraphRunner) -> None:
        """Takes over the nodes that Rasa loaded."""
        self._schema = loaded._graph_schema
        self._nodes = loaded._instantiated_nodes
        self._plans: dict[tuple[str, ...], list[_Step]] = {}

    async def run_beside(self, inputs: dict[str, Any], targets: list[str]) -> dict[str, Any]:
        """As :meth:`run`; other chats go on while a component works that has ``threads``."""
        outputs = {name: (name, value) for name, value in inputs.items()}
        for step in self._plan(tuple(targets)):
            given = (outputs[need] for need in step.needs)
            if step.threads:
                outputs[step.name] = await step.threads.run(step.node, *given)
            else:
                outputs[step.name] = step.node(*given)
        return dict(outputs[target] for target in targets)

    def run(self, inputs: dict[str, Any], targets: list[str]) -> dict[str, Any]:
        """Runs the nodes that ``targets`` need.

        Args:
            inputs: the values of the graph's placeholders.
            targets: names of nodes.

        Returns:
            The targets' outputs by name.
        """
        outputs = {name: (name, value) for name, value in inputs.items()}
        for step in self._plan(tuple(targets)):
            outputs[step.name] = step.node(*(outputs[need] for need in step.needs))
        return dict(outputs[target] for target in targets)

    def _plan(self, targets: tuple[str, ...]) -> list[_Step]:
        if targets not in self._plans:
            nodes = self._schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            order = TopologicalSorter(needs).static_order()
            self._plans[targets] = [self._step(one, needs[one]) for one in order if one in needs]
        return self._plans[targets]

    def _step(self, name: str, needs: tuple[str, ...]) -> _Step:
        node = self._nodes[name]
        return _Step(name, node, needs, getattr(node._component, "threads", None))
