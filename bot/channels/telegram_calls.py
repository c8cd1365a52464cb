"""Calls to the Bot API that wait when Telegram asks for it and try again when it is down."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from telegram import Bot, Update
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram_intake import IntakeRequest
from bot.log_policy import Stage, log_fault

TELEGRAM = "https://api.telegram.org"

CONNECTIONS = 32
POOL_SECONDS = 30.0

ANSWER_SECONDS = 30.0
"""How long Telegram may take to say that it took a message; sent again, it would come twice."""

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts while Telegram is down."""

LONGEST_WAIT = 120.0
"""Seconds that are waited at most when Telegram asks for patience."""

Result = TypeVar("Result")


class PatientBot(Bot):
    """A bot that asks for updates only while there is room for them, whatever happens meanwhile."""

    def __init__(self, token: str, api_url: str | None, room: Callable[[], Awaitable[None]]):
        """Prepares the bot.

        Args:
            token: the bot's token.
            api_url: another Bot API server than Telegram's.
            room: returns when more updates may come.
        """
        super().__init__(
            token,
            base_url=f"{(api_url or TELEGRAM).rstrip('/')}/bot",
            request=HTTPXRequest(
                connection_pool_size=CONNECTIONS,
                pool_timeout=POOL_SECONDS,
                read_timeout=ANSWER_SECONDS,
            ),
            get_updates_request=IntakeRequest(),
        )
        self._room = room

    async def get_updates(self, *arguments: Any, **options: Any) -> tuple[Update, ...]:
        """As the base class, but whatever goes wrong is a fault of the network, so is tried again.

        Telegram has answered 'not found' for a good token before; polling would then end for ever.
        An answer that is none would be asked for again without a pause.
        """
        # The last call, which does not wait for updates, only confirms those that were taken.
        if options.get("timeout"):
            await self._room()
        try:
            return await super().get_updates(*arguments, **options)
        except InvalidToken as error:
            raise NetworkError("refused") from error
        except TelegramError:
            raise
        except Exception as error:
            raise NetworkError("no answer of a Bot API server") from error


async def deliver(call: Callable[[], Awaitable[Result]]) -> Result:
    """Makes one call of the Bot API, again while Telegram is down or asks to wait.

    Only the chat it is for waits; the others are answered meanwhile.

    Raises:
        TelegramError: it was refused, or failed too often.
    """
    for pause in PAUSES:
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(seconds_asked(error))
        except BadRequest:
            raise
        except NetworkError as error:
            log_fault(Stage.SEND, error)
            await asyncio.sleep(pause)
    return await call()


def seconds_asked(error: TelegramError) -> float:
    """How long Telegram asks to wait; 0 if it does not."""
    if not isinstance(error, RetryAfter):
        return 0
    # PTB_TIMEDELTA, set in bot/cli.py, decides which it is.
    wait: datetime.timedelta | int = error.retry_after
    seconds = wait.total_seconds() if isinstance(wait, datetime.timedelta) else float(wait)
    return min(seconds, LONGEST_WAIT)
