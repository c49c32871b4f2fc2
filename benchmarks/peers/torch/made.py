"""MADE: Germain et al. 2015, arXiv:1502.03509, in the natural order of pixels."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from files import Files, set_weights
from work import Work

PIXELS = 784
HIDDEN = 1024


def degrees() -> Tensor:
    """Hidden unit k sees the first degrees[k] pixels, 1 ... 783, in rising order."""
    return 1 + torch.arange(HIDDEN) * (PIXELS - 1) // HIDDEN


class MaskedLinear(nn.Linear):
    """A linear layer whose weights are multiplied by a mask [outputs, inputs]."""

    def __init__(self, files: Files, name: str, mask: Tensor) -> None:
        outputs, inputs = mask.shape
        super().__init__(inputs, outputs)
        self.register_buffer("mask", mask.float())
        set_weights(
            self,
            weight=files.linear(f"{name}/kernel"),
            bias=files.weight(f"{name}/bias"),
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.mask, self.bias)


class Made(nn.Module):
    """Binary pixels [N, 784] to their logits, each given the pixels before it."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        unit, pixel = degrees(), torch.arange(PIXELS)
        self.dense1 = MaskedLinear(files, "dense-1", pixel < unit[:, None])
        self.dense2 = MaskedLinear(files, "dense-2", unit <= unit[:, None])
        self.dense3 = MaskedLinear(files, "dense-3", unit <= pixel[:, None])

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.dense1(x), inplace=True)
        h = F.relu(self.dense2(h), inplace=True)
        return self.dense3(h)


class Train(Work):
    """One step of Adam on the likelihood."""

    def __init__(self, files: Files) -> None:
        self.x = files.read("x")
        self.net = Made(files)
        self.adam = torch.optim.Adam(self.net.parameters(), 1e-3, foreach=True)

    def unit(self, index: int) -> List[float]:
        x = self.x[index % len(self.x)]
        loss = F.binary_cross_entropy_with_logits(
            self.net(x), x, reduction="sum"
        ) / len(x)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return [loss.item()]


class Sample(Work):
    """The network and the noise of both samplers."""

    def __init__(self, files: Files) -> None:
        self.noise = files.read("noise")  # [PIXELS, N]
        self.net = Made(files).eval()
        self.samples = files.read("samples") if "samples" in files else None


class SampleNaive(Sample):
    """The whole network for each pixel; a unit is one pixel."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.x = torch.zeros(self.noise.shape[1], PIXELS)

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        p = index % PIXELS
        logits = self.net(self.x)
        self.x[:, p] = (self.noise[p] < torch.sigmoid(logits[:, p])).float()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        x = self.samples.view(PIXELS, -1).t().contiguous()
        return (self.noise < torch.sigmoid(self.net(x).t())).float()


class SampleCached(Sample):
    """At each pixel only the hidden units that became complete, and one output."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        n = self.noise.shape[1]
        self.x = torch.zeros(PIXELS, n)
        self.h1 = torch.zeros(HIDDEN, n)
        self.h2 = torch.zeros(HIDDEN, n)
        # Units below ends[p] see no more than the first p pixels.
        self.ends = torch.bucketize(
            torch.arange(PIXELS), degrees(), right=True
        ).tolist()

    def unit(self, index: int) -> List[float]:
        self.draw()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        layers = (self.net.dense1, self.net.dense2, self.net.dense3)
        w1, w2, w3 = (layer.weight * layer.mask for layer in layers)
        b1, b2, b3 = (layer.bias[:, None] for layer in layers)
        x, h1, h2 = self.x, self.h1, self.h2
        start = 0
        for p, end in enumerate(self.ends):
            if end > start:
                found = torch.addmm(b1[start:end], w1[start:end, :p], x[:p])
                torch.clamp_min(found, 0, out=h1[start:end])
                found = torch.addmm(b2[start:end], w2[start:end, :end], h1[:end])
                torch.clamp_min(found, 0, out=h2[start:end])
            logit = torch.addmm(b3[p : p + 1], w3[p : p + 1, :end], h2[:end])
            torch.lt(self.noise[p], torch.sigmoid(logit[0]), out=x[p])
            start = end
        return x
