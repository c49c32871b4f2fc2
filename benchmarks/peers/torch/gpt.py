"""A small GPT: pre-norm blocks as in nanoGPT."""

from typing import List, NamedTuple

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


class Sizes(NamedTuple):
    """Of a network; `inputs` are the tokens that go in, `outputs` those that logits are for."""

    width: int = WIDTH
    heads: int = HEADS
    blocks: int = BLOCKS
    context: int = CONTEXT
    inputs: int = VOCABULARY
    outputs: int = VOCABULARY


def dense(files: Files, name: str, inputs: int, outputs: int) -> nn.Linear:
    """A linear layer with the given weights."""
    layer = nn.Linear(inputs, outputs)
    set_weights(
        layer, weight=files.linear(f"{name}/kernel"), bias=files.weight(f"{name}/bias")
    )
    return layer


class Attention(nn.Module):
    """Causal self-attention over x [N, T, width]."""

    def __init__(self, files: Files, name: str, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.qkv = dense(files, f"{name}/qkv", sizes.width, 3 * sizes.width)
        self.out = dense(files, f"{name}/out", sizes.width, sizes.width)
        every = torch.ones(sizes.context, sizes.context, dtype=torch.bool)
        self.register_buffer("later", torch.triu(every, 1))

    def forward(self, x: Tensor) -> Tensor:
        n, t, width = x.shape
        q, k, v = (
            part.view(n, t, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(x).split(width, dim=2)
        )
        scores = (q @ k.transpose(-2, -1)) * (width // self.heads) ** -0.5
        scores = scores.masked_fill(self.later[:t, :t], float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.out(y.transpose(1, 2).reshape(n, t, width))


class Block(nn.Module):
    """Attention and a perceptron, each behind a norm and added to what came in."""

    def __init__(self, files: Files, name: str, sizes: Sizes) -> None:
        super().__init__()
        width = sizes.width
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(files, f"{name}/attention", sizes)
        self.norm2 = nn.LayerNorm(width)
        self.up = dense(files, f"{name}/up", width, 4 * width)
        self.down = dense(files, f"{name}/down", 4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt(nn.Module):
    """Tokens [N, T] to the logits of each next token [N, T, outputs]."""

    def __init__(self, files: Files, sizes: Sizes = Sizes()) -> None:
        super().__init__()
        self.tokens = nn.Embedding(sizes.inputs, sizes.width)
        self.positions = nn.Parameter(files.weight("positions/table"))
        set_weights(self.tokens, weight=files.weight("tokens/table"))
        self.blocks = nn.ModuleList(
            Block(files, f"block-{i}", sizes) for i in range(sizes.blocks)
        )
        self.norm = nn.LayerNorm(sizes.width)
        self.head = dense(files, "head", sizes.width, sizes.outputs)

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


class Sample(Work):
    """The network and the noise of both samplers. Sequences begin with token 0, which is no part of the samples."""

    def __init__(self, files: Files) -> None:
        self.noise = files.read("noise")  # Gumbel, [CONTEXT, N, VOCABULARY]
        self.net = Gpt(files).eval()
        self.samples = files.read("samples") if "samples" in files else None
        self.count = self.noise.shape[1]


class SampleNaive(Sample):
    """The whole context for each token; a unit is one token."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.tokens = torch.zeros(self.count, CONTEXT, dtype=torch.long)

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        t = index % CONTEXT
        token = (self.net(self.tokens)[:, t] + self.noise[t]).argmax(-1)
        if t + 1 < CONTEXT:
            self.tokens[:, t + 1] = token
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        samples = self.samples.view(CONTEXT, -1).t().long()
        tokens = torch.zeros_like(self.tokens)
        tokens[:, 1:] = samples[:, :-1]
        return (self.net(tokens).transpose(0, 1) + self.noise).argmax(-1)


class SampleCached(Sample):
    """Only the last token goes through the network; keys and values of those before it are kept."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        shape = (BLOCKS, self.count, HEADS, CONTEXT, WIDTH // HEADS)
        self.keys = torch.zeros(shape)
        self.values = torch.zeros(shape)

    def attend(self, layer: Attention, i: int, x: Tensor, t: int) -> Tensor:
        q, k, v = layer.qkv(x).view(-1, 3, HEADS, WIDTH // HEADS).unbind(1)
        self.keys[i, :, :, t] = k
        self.values[i, :, :, t] = v
        keys, values = self.keys[i, :, :, : t + 1], self.values[i, :, :, : t + 1]
        scores = (q[:, :, None] @ keys.transpose(-2, -1)) * (WIDTH // HEADS) ** -0.5
        return layer.out((F.softmax(scores, dim=-1) @ values).view(-1, WIDTH))

    def unit(self, index: int) -> List[float]:
        self.draw()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        net = self.net
        token = torch.zeros(self.count, dtype=torch.long)
        drawn = torch.empty(CONTEXT, self.count)
        for t in range(CONTEXT):
            h = net.tokens(token) + net.positions[t]
            for i, block in enumerate(net.blocks):
                h = h + self.attend(block.attention, i, block.norm1(h), t)
                up = F.gelu(block.up(block.norm2(h)), approximate="tanh")
                h = h + block.down(up)
            token = (net.head(net.norm(h)) + self.noise[t]).argmax(-1)
            drawn[t] = token
        return drawn
