"""One turn of a chat: what a person wrote or chose goes in, what the assistant says comes out."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.exceptions import RasaException

import actions
from bot import canned
from bot.language import UNDECIDED, detect
from bot.log_policy import Stage, log_fault
from bot.memory import EphemeralTrackerStore
from bot.nlu.context import LastAnswer
from bot.nlu.decider import LAST_ANSWER
from bot.nlu.intents import SMALL_TALK
from bot.notes import note_for
from bot.personal.masking import mask
from bot.personal.notice import notice_for
from bot.processor import InProcessAgent
from bot.text import clean, shorten
from bot.turn import (
    AnswerMessage,
    ChoicesMessage,
    Message,
    NoteMessage,
    NoticeMessage,
    Outcome,
    TextMessage,
    Turn,
)
from knowledge_base.store import Choice, KnowledgeBase
from knowledge_base.words import TERM, intent_of

MODELS = Path("models")


class NotTrained(RuntimeError):
    """There is no model that can be loaded, or it does not fit the knowledge base."""


class Assistant:
    """The trained model, the knowledge base and the short memory together."""

    def __init__(
        self, agent: InProcessAgent, memory: EphemeralTrackerStore, knowledge_base: KnowledgeBase
    ):
        """Use :meth:`load` instead, which builds the three."""
        self._agent = agent
        self._knowledge_base = knowledge_base
        self._topics = knowledge_base.topics()
        self._groups = knowledge_base.groups()
        self.memory = memory

    @classmethod
    def load(cls, knowledge_base: KnowledgeBase, models: Path = MODELS) -> Assistant:
        """Loads the newest model below ``models``.

        Raises:
            NotTrained: there is none, or it was trained for other answers than the database has.
            KnowledgeBaseUnavailable: the database cannot be read.
        """
        memory = EphemeralTrackerStore()
        agent = InProcessAgent(actions.all_actions(knowledge_base), memory)
        try:
            agent.load_model(models)
        except RasaException as error:
            raise NotTrained("There is no trained model: run 'make train'.") from error
        assistant = cls(agent, memory, knowledge_base)
        if missing := sorted({intent_of(i) for i in assistant._topics} - set(agent.domain.intents)):
            raise NotTrained(
                f"The model does not know the answer '{missing[0]}': run 'make train' again."
            )
        # What is loaded stays: else every collection walks all of Rasa during somebody's turn.
        gc.collect()
        gc.freeze()
        return assistant

    async def ask(self, chat: str, text: str) -> Turn:
        """Answers what a person wrote.

        Args:
            chat: the chat's key from :class:`bot.memory.ChatKeys`.
            text: their words, as they came.
        """
        text, kinds = mask(clean(text))
        if not any(character.isalnum() for character in text):
            turn = _say(canned.NOTHING_TO_READ)
        else:
            text = shorten(text)
            message = UserMessage(text, sender_id=chat)
            if last := self._last_answer(chat):
                message.metadata = {LAST_ANSWER: last}
            turn = await self._turn(message, detect(text))
        if not kinds:
            return turn
        said = notice_for(kinds, turn.language)
        notice = NoticeMessage(kind="notice", text=said.text, language=said.language)
        return replace(turn, messages=[notice, *turn.messages], details=kinds)

    async def choose(self, chat: str, choice: str) -> Turn:
        """Follows a button or a command: an answer's id, or the name of a small-talk intent.

        Anything else, such as the button of an answer that was since taken out, gets a kind reply.
        """
        if choice not in self._topics and choice not in SMALL_TALK:
            return _say(canned.GONE)
        return await self._turn(_chosen(chat, choice))

    async def more(self, chat: str, answer_id: str) -> Turn:
        """Shows the detail of an answer, also when its chat was forgotten meanwhile."""
        turn = await self.choose(chat, answer_id)
        if turn.messages[0]["kind"] != "answer":
            return turn
        return await self.choose(chat, "more")

    def _last_answer(self, chat: str) -> LastAnswer | None:
        shown_last = self.memory.slots(chat).get(LAST_ANSWER)
        card = self._knowledge_base.answer(shown_last) if shown_last else None
        if card is None:
            return None
        group = self._groups[card["topic"]]
        return {
            "id": card["id"],
            "topic": card["topic"],
            "near": [topic for topic, its_group in self._groups.items() if its_group == group],
            "next": [choice["id"] for choice in card["next"]],
        }

    async def _turn(self, message: UserMessage, language: str = UNDECIDED) -> Turn:
        message.output_channel = CollectingOutputChannel()
        try:
            said = await self._agent.handle_message(message)
        except Exception as error:
            log_fault(Stage.PARSE, error)
            said = None
        if not said:
            return _say(canned.FAULT, language)
        outcome = _outcome(said)
        note = note_for(language, outcome)
        before = [NoteMessage(kind="note", text=note, language=language)] if note else []
        return Turn(
            outcome=outcome,
            language=language,
            shown=[shown for one in said for shown in one.get("custom", {}).get("shown", [])],
            messages=[*before, *(self._message(one) for one in said)],
        )

    def _message(self, said: dict[str, Any]) -> Message:
        custom = said.get("custom")
        if custom is None:
            buttons = said.get("buttons", [])
            return TextMessage(
                kind="text",
                text=said["text"],
                choices=[self._choice(button) for button in buttons],
            )
        if custom["kind"] == "choices":
            return ChoicesMessage(kind="choices", choices=custom["choices"])
        return AnswerMessage(kind=custom["kind"], answer=custom["answer"])

    def _choice(self, button: dict[str, str]) -> Choice:
        answer_id = button["payload"].lstrip("/")
        return Choice(id=answer_id, topic=self._topics.get(answer_id, ""), title=button["title"])


def _chosen(chat: str, choice: str) -> UserMessage:
    """A choice goes past the parser, so that nobody can write one."""
    intent = intent_of(choice)
    parsed: dict[str, Any] = {
        "text": "",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": TERM, "value": choice}] if intent != choice else [],
    }
    return UserMessage("", sender_id=chat, parse_data=parsed)


def _outcome(said: list[dict[str, Any]]) -> Outcome:
    outcomes: list[Outcome | None] = [one.get("custom", {}).get("outcome") for one in said]
    return next((outcome for outcome in outcomes if outcome), "out_of_scope")


def _say(text: str, language: str = UNDECIDED) -> Turn:
    message = TextMessage(kind="text", text=text, choices=[])
    return Turn(outcome="out_of_scope", language=language, shown=[], messages=[message])
