"""Runs the channels together in one event loop, until a signal ends them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from bot import log_policy
from bot.assistant import Assistant
from bot.channels import telegram, web
from bot.log_policy import Code, Stage, log, log_fault
from bot.memory import ChatKeys

SWEEP_SECONDS = 30
"""How often chats that have been silent too long are looked for."""

BODY_SECONDS = 10

Say = Callable[[str], None]


def serve(assistant: Assistant, listener: socket.socket, say: Say) -> int:
    """Serves the widget on ``listener``, and Telegram if a token is set, until interrupted."""
    asyncio.run(_serve(assistant, listener, say))
    log(Code.STOPPED)
    return 0


async def _serve(assistant: Assistant, listener: socket.socket, say: Say) -> None:
    log_policy.guard_loop(asyncio.get_running_loop())
    keys = ChatKeys()
    config = uvicorn.Config(
        web.create_app(assistant, keys),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=BODY_SECONDS,
    )
    server = uvicorn.Server(config)
    stop = asyncio.Event()
    helpers = [
        asyncio.create_task(_sweep(assistant)),
        asyncio.create_task(_telegram(assistant, keys, stop, say)),
    ]
    host, port = listener.getsockname()[:2]
    say(f"Ready: open http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C stops)")
    log(Code.READY)
    try:
        await server.serve(sockets=[listener])
    finally:
        stop.set()
        helpers[0].cancel()
        await asyncio.gather(*helpers, return_exceptions=True)


async def _sweep(assistant: Assistant) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        assistant.memory.drop_idle()


async def _telegram(assistant: Assistant, keys: ChatKeys, stop: asyncio.Event, say: Say) -> None:
    try:
        channel = telegram.from_environment(assistant, keys)
        if channel is None:
            log(Code.TELEGRAM_OFF)
            say("Telegram is off. To add it, get a token from @BotFather and set TELEGRAM_TOKEN.")
            return
        await channel.run(stop)
    except telegram.TelegramRefused:
        say("Telegram refused TELEGRAM_TOKEN: check it with @BotFather. The widget goes on.")
    except Exception as error:
        log_fault(Stage.START, error)
        say(
            "Telegram could not be started: check TELEGRAM_TOKEN and TELEGRAM_API_URL. "
            "The widget goes on."
        )
