"""Everything that serves: understanding, channels, short memory, log policy, command line."""
