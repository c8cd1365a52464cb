"""``drbot serve``: one process that answers in the widget and on Telegram."""

from __future__ import annotations

import argparse
import socket
import sys

from bot import hardening
from bot.channels import web_settings
from bot.cli import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the widget listens."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """Serves until it is interrupted."""
    hardening.overwrite_freed_memory()
    hardening.forbid_dumps()
    # What these import takes half a second, which would be lost when the process starts anew.
    from bot.commands.loading import load_assistant

    _check_settings()
    listener = _listen(options.host, options.port)
    assistant = load_assistant()
    hardening.report(_say)
    from bot.server import serve

    return serve(assistant, listener, _say)


def _check_settings() -> None:
    """Says what is wrong with a setting before the model is loaded."""
    try:
        web_settings.from_environment()
    except web_settings.BadSetting as error:
        raise UsageError(str(error)) from error


def _listen(host: str, port: int) -> socket.socket:
    """Takes the port before the model is loaded, so that a port in use is said at once."""
    # Named as TCP, or asyncio would not send small answers at once: 44 ms each instead of 2.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {host} port {port} ({error}). "
            "Is it running already? Choose another port with --port."
        ) from error
    return listener


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
