"""The kinds of faults that `bench/faults.py` injects, by where they come from."""
