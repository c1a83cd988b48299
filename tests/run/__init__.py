"""Settings, the supervisor, the command line: with real processes."""
