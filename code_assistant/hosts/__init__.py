"""The hosts that our servers are registered with: where each keeps its servers, and how that file is changed."""
