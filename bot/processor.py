"""Rasa's agent as a library: actions run in this process, and no conversation is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rasa.shared.core.events as rasa_events
import rasa_sdk
from rasa.core.actions.action import Action, RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ModelNotFound
from rasa.model import get_latest_model
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.utils import call_potential_coroutine

from bot.graph import PlannedGraphRunner
from bot.log_policy import Stage, log_fault
from bot.memory import EphemeralTrackerStore, assert_ephemeral
from bot.model_storage import UnpackedModelStorage, unpacked

Actions = Mapping[str, rasa_sdk.Action]


class InProcessAction(RemoteAction):
    """Runs a custom action as a function call.

    Rasa's own :class:`RemoteAction` sends the whole tracker as JSON to another process and checks
    the reply against a JSON meta-schema, which takes two thirds of a turn's time.
    """

    def __init__(self, action: rasa_sdk.Action) -> None:
        """Wraps an action written for Rasa's action server."""
        super().__init__(action.name(), None)
        self._action = action

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Runs the action; a fault is logged as a code, and the turn then has no reply."""
        dispatcher = CollectingDispatcher()
        try:
            events = await call_potential_coroutine(
                self._action.run(dispatcher, _sdk_tracker(tracker), {})
            )
            said = await self._utter_responses(dispatcher.messages, output_channel, nlg, tracker)
            return [*said, *rasa_events.deserialise_events(events or [])]
        except Exception as error:
            log_fault(Stage.ACT, error)
            return []


def _sdk_tracker(tracker: DialogueStateTracker) -> rasa_sdk.Tracker:
    message = tracker.latest_message
    parsed: dict[str, Any] = dict(message.parse_data) if message and message.parse_data else {}
    return rasa_sdk.Tracker(
        sender_id=tracker.sender_id,
        slots=tracker.current_slot_values(),
        latest_message=parsed,
        events=[],
        paused=False,
        followup_action=None,
        active_loop={},
        latest_action_name=tracker.latest_action_name,
    )


class InProcessProcessor(MessageProcessor):
    """Runs the model and the actions in this process, without what only a server needs."""

    graph_runner: Any

    def __init__(self, actions: Actions, **rasa_arguments: Any) -> None:
        """Takes the actions by name; the rest is Rasa's."""
        super().__init__(**rasa_arguments)
        self.graph_runner = PlannedGraphRunner(self.graph_runner)
        self._actions = {name: InProcessAction(action) for name, action in actions.items()}

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, DaskGraphRunner]:
        """Loads a model as Rasa does, but without a temporary folder where it is unpacked."""
        given = Path(model_path)
        archive = given if given.is_file() else Path(get_latest_model(str(given)) or "")
        if folder := unpacked(archive):
            metadata, runner = load_predict_graph_runner(
                folder, archive, UnpackedModelStorage, DaskGraphRunner
            )
            return archive.name, metadata, runner
        try:
            name, metadata, runner = MessageProcessor._load_model(model_path)
        except FileNotFoundError as error:  # nowhere to unpack it
            raise ModelNotFound from error
        return name, metadata, runner

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """Parses as Rasa does, while other chats go on; no copy is made for a debug line."""
        target = self.model_metadata.nlu_target
        inputs = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker}
        parsed = (await self.graph_runner.run_beside(inputs, [target]))[target][0]
        found: dict[str, Any] = parsed.as_dict(only_output_properties=only_output_properties)
        return {TEXT: "", INTENT: {"name": None, "confidence": 0.0}, ENTITIES: [], **found}

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        """Predicts as Rasa does; of a custom action, returns the one that runs here.

        Every rule of ours has one action, which 'drbot check' makes sure of. So after an action the
        turn is over, and the policy need not go through all rules once more to find that out.
        """
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            listen = PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME)
            return self._get_action(ACTION_LISTEN_NAME), listen
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return self._actions.get(action.name(), action), prediction


class InProcessAgent(Agent):
    """An agent with our processor and our memory, and no wrapper around either."""

    def __init__(self, actions: Actions, memory: EphemeralTrackerStore) -> None:
        """Takes the custom actions and the memory."""
        super().__init__(tracker_store=memory)
        self._actions = actions

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        if not isinstance(store, EphemeralTrackerStore):
            raise TypeError("the assistant remembers in an EphemeralTrackerStore only")
        store.domain = domain or Domain.empty()
        return store

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Loads a trained model and checks that nothing but the memory can keep a conversation."""
        self.processor = InProcessProcessor(
            self._actions,
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain
        self.nlg.responses = self.domain.responses
        assert_ephemeral(self)
