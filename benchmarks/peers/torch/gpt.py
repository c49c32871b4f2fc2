"""A small GPT: pre-norm blocks as in nanoGPT."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from files import Files, set_weights
from work import Work

WIDTH = 128
HEADS = 4
BLOCKS = 4
CONTEXT = 64
VOCABULARY = 65


def dense(files: Files, name: str, inputs: int, outputs: int) -> nn.Linear:
    """A linear layer with the given weights."""
    layer = nn.Linear(inputs, outputs)
    set_weights(
        layer, weight=files.linear(f"{name}/kernel"), bias=files.weight(f"{name}/bias")
    )
    return layer


class Attention(nn.Module):
    """Causal self-attention over x [N, T, WIDTH]."""

    def __init__(self, files: Files, name: str) -> None:
        super().__init__()
        self.qkv = dense(files, f"{name}/qkv", WIDTH, 3 * WIDTH)
        self.out = dense(files, f"{name}/out", WIDTH, WIDTH)
        self.register_buffer(
            "later", torch.triu(torch.ones(CONTEXT, CONTEXT, dtype=torch.bool), 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        n, t, _ = x.shape
        q, k, v = (
            part.view(n, t, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in self.qkv(x).split(WIDTH, dim=2)
        )
        scores = (q @ k.transpose(-2, -1)) * (WIDTH // HEADS) ** -0.5
        scores = scores.masked_fill(self.later[:t, :t], float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.out(y.transpose(1, 2).reshape(n, t, WIDTH))


class Block(nn.Module):
    """Attention and a perceptron, each behind a norm and added to what came in."""

    def __init__(self, files: Files, name: str) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = Attention(files, f"{name}/attention")
        self.norm2 = nn.LayerNorm(WIDTH)
        self.up = dense(files, f"{name}/up", WIDTH, 4 * WIDTH)
        self.down = dense(files, f"{name}/down", 4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    """Tokens [N, T] to the logits of each next token [N, T, VOCABULARY]."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(files.weight("positions/table"))
        set_weights(self.tokens, weight=files.weight("tokens/table"))
        self.blocks = nn.ModuleList(Block(files, f"block-{i}") for i in range(BLOCKS))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = dense(files, "head", WIDTH, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        h = self.tokens(tokens) + self.positions[: tokens.shape[1]]
        for block in self.blocks:
            h = block(h)
        return self.head(self.norm(h))


class Train(Work):
    """One step of Adam on the likelihood of the next tokens."""

    def __init__(self, files: Files) -> None:
        self.tokens = files.read("tokens").long()
        self.next = files.read("nextTokens").long()
        self.net = Gpt(files)
        self.adam = torch.optim.Adam(self.net.parameters(), 1e-3, foreach=True)

    def unit(self, index: int) -> List[float]:
        i = index % len(self.tokens)
        logits = self.net(self.tokens[i])
        loss = F.cross_entropy(logits.view(-1, VOCABULARY), self.next[i].view(-1))
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return [loss.item()]
