"""Runs the channels together in one event loop, until a signal ends them."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import uvicorn

from bot import log_policy
from bot.assistant import Assistant
from bot.channels import telegram, web
from bot.channels.telegram import TelegramChannel
from bot.channels.web_protocol import MAX_CONNECTIONS, PatientProtocol
from bot.log_policy import Code, Stage, log, log_fault
from bot.memory import ChatKeys

SWEEP_SECONDS = 30
"""How often chats that have been silent too long are looked for."""

BODY_SECONDS = 10

STOP_SECONDS = 20
"""How long the turns in hand may take when the program is stopped."""

COULD_NOT_START = (
    "Telegram could not be started: check TELEGRAM_TOKEN and TELEGRAM_API_URL. The widget goes on."
)

Say = Callable[[str], None]


def serve(assistant: Assistant, listener: socket.socket, say: Say) -> int:
    """Serves the widget on ``listener``, and Telegram if a token is set, until interrupted."""
    # uvicorn raises the signal that ended it once more when it is done; the rest ends by itself.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    # Rasa's web server, which is not used, puts uvloop in the place of Python's loop. It reads all
    # connections into one buffer of its own, where what people wrote would stay.
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
    asyncio.run(_serve(assistant, listener, say))
    log(Code.STOPPED)
    return 0


async def _serve(assistant: Assistant, listener: socket.socket, say: Say) -> None:
    log_policy.guard_loop(asyncio.get_running_loop())
    await _start_thread_for_host_names()
    keys = ChatKeys()
    channel = _telegram_channel(assistant, keys, say)
    app = web.create_app(assistant, keys)
    if channel:
        app.router.routes[:0] = channel.routes()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        http=PatientProtocol,
        ws="none",
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=BODY_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    stop = asyncio.Event()
    helpers = [
        asyncio.create_task(_sweep(assistant, channel)),
        asyncio.create_task(_telegram(channel, stop, say)),
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


async def _start_thread_for_host_names() -> None:
    """Starts the thread that looks up names of hosts, now and not after the first message.

    A new thread begins with what is in the processor's registers, bytes of the last text that was
    copied among them, and keeps that for as long as it waits.
    """
    loop, names = asyncio.get_running_loop(), ThreadPoolExecutor(1, "host names")
    loop.set_default_executor(names)
    await loop.run_in_executor(names, lambda: None)


async def _sweep(assistant: Assistant, channel: TelegramChannel | None) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        assistant.memory.drop_idle()
        if channel:
            channel.drop_idle()
        # What refers to itself in a circle, such as a finished request with its visitor's address,
        # waits for this. What was loaded at the start is frozen, so it takes a few milliseconds.
        gc.collect()


def _telegram_channel(assistant: Assistant, keys: ChatKeys, say: Say) -> TelegramChannel | None:
    try:
        return telegram.from_environment(assistant, keys)
    except telegram.BadWebhook as error:
        say(f"Telegram is off: {error}.")
    except Exception as error:
        log_fault(Stage.START, error)
        say(COULD_NOT_START)
    return None


async def _telegram(channel: TelegramChannel | None, stop: asyncio.Event, say: Say) -> None:
    if channel is None:
        log(Code.TELEGRAM_OFF)
        say("Telegram is off. To add it, get a token from @BotFather and set TELEGRAM_TOKEN.")
        return
    try:
        await channel.run(stop)
    except telegram.TelegramRefused:
        say("Telegram refused TELEGRAM_TOKEN: check it with @BotFather. The widget goes on.")
    except Exception as error:
        log_fault(Stage.START, error)
        say(COULD_NOT_START)
