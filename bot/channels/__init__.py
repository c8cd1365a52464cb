"""Where people meet the assistant: Telegram and the web widget."""
