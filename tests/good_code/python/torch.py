"""A small network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, random_split


@dataclass
class Config:
    """Sizes."""

    width: int = 128
    heads: int = 4
    dropout: float = 0.1


class Attention(nn.Module):
    """Looks at all places."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.heads = config.heads

    def forward(self, x: Float[Tensor, "batch time width"]) -> Float[Tensor, "batch time width"]:
        """Mix the places."""
        b, t, w = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, w // self.heads).unbind(2)
        scores = torch.einsum("bthc,bshc->bhts", q, k) / math.sqrt(w)
        return torch.einsum("bhts,bshc->bthc", scores.softmax(-1), v).reshape(b, t, w)


def loss(logits: Float[Tensor, "batch"], target: Int[Tensor, "batch"]) -> Float[Tensor, ""]:
    """Cross entropy."""
    return nn.functional.cross_entropy(logits, target)


def train(model: nn.Module, data: Dataset[tuple[Tensor, Tensor]], epochs: int = 3) -> Iterator[float]:
    """Train and tell the loss."""
    first, rest = random_split(data, [0.9, 0.1])
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        model.train()
        for x, y in DataLoader(first, batch_size=32, shuffle=True):
            optimizer.zero_grad(set_to_none=True)
            found = loss(model(x), y)
            found.backward()
            optimizer.step()
        model.eval()
        with torch.inference_mode():
            yield float(sum(loss(model(x), y) for x, y in DataLoader(rest)))


def save(model: nn.Module, path: Path) -> None:
    """Keep the weights."""
    torch.save(model.state_dict(), path)


def load(model: nn.Module, path: Path) -> None:
    """Take the weights."""
    model.load_state_dict(torch.load(path, weights_only=True))
