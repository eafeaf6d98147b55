"""One generation: ask the model, check what it wrote, let it repair, and say how it came out."""
