"""Everything that serves: the understanding, the channels, the short memory, the log policy, the command line."""
