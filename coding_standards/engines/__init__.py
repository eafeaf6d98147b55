"""The engines: what judges code. `run.py` runs them; each has a room or a module of its own."""
