"""What `run.py` and `real_model.py` measure with: the servers to compare, a host's side, the parts, the report."""
