"""Runs llama.cpp's HTTP server until stdin ends: WEIGHTS PORT CONTEXT SLOTS NAME [FOLDER OF xllamacpp]."""

from __future__ import annotations

import importlib
import sys

weights, port, context, slots, name, *packages = sys.argv[1:]
sys.path[:0] = packages

xllamacpp = importlib.import_module("xllamacpp")  # it is in the folder named just now

params = xllamacpp.CommonParams()
params.model.path = weights
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx = int(context)
params.n_parallel = int(slots)
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # the tests' machines have few processors
params.warmup = False
server = xllamacpp.Server(params)
print(f"loaded {server.listening_address}", flush=True)
sys.stdin.read()
