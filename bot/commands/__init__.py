"""The subcommands of ``drbot``, one module each, with ``add_arguments`` and ``run``."""
