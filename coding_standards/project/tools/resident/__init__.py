"""Tools that are kept running between checks, where their start costs more than their work."""
