"""PixelCNN: van den Oord et al. 2016, arXiv:1601.06759, shaped as in pytorch-generative."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from files import Files, set_weights
from work import Work

CHANNELS = 32
BLOCKS = 15


class MaskedConv2d(nn.Conv2d):
    """A convolution that sees the pixels before its own, and with `own` its own too."""

    def __init__(
        self, files: Files, name: str, inputs: int, outputs: int, size: int, own: bool
    ) -> None:
        super().__init__(inputs, outputs, size, padding=size // 2)
        mask = torch.zeros(1, 1, size * size)
        mask[..., : size * size // 2 + int(own)] = 1
        self.register_buffer("mask", mask.view(1, 1, size, size).expand_as(self.weight))
        set_weights(
            self, weight=files.conv(f"{name}/kernel"), bias=files.weight(f"{name}/bias")
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


def pointwise(files: Files, name: str, inputs: int, outputs: int) -> nn.Conv2d:
    """A 1x1 convolution."""
    layer = nn.Conv2d(inputs, outputs, 1)
    set_weights(
        layer, weight=files.conv(f"{name}/kernel"), bias=files.weight(f"{name}/bias")
    )
    return layer


class Block(nn.Module):
    """x + a bottleneck with a 3x3 masked convolution in its middle."""

    def __init__(self, files: Files, name: str, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.narrow = pointwise(files, f"{name}/narrow", channels, half)
        self.conv = MaskedConv2d(files, f"{name}/conv", half, half, 3, own=True)
        self.widen = pointwise(files, f"{name}/widen", half, channels)

    def forward(self, x: Tensor) -> Tensor:
        h = self.narrow(F.relu(x))
        h = self.conv(F.relu(h, inplace=True))
        return x + self.widen(F.relu(h, inplace=True))


class PixelCnn(nn.Module):
    """Binary pictures [N, 1, H, W] to the logits of their pixels, each given those before it."""

    def __init__(
        self, files: Files, channels: int = CHANNELS, blocks: int = BLOCKS
    ) -> None:
        super().__init__()
        self.first = MaskedConv2d(files, "first", 1, channels, 7, own=False)
        self.blocks = nn.Sequential(
            *(Block(files, f"block-{i}", channels) for i in range(blocks))
        )
        self.head1 = pointwise(files, "head-1", channels, channels)
        self.head2 = pointwise(files, "head-2", channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.blocks(self.first(x))
        h = self.head1(F.relu(h, inplace=True))
        return self.head2(F.relu(h, inplace=True))


class Train(Work):
    """One step of Adam on the likelihood."""

    def __init__(self, files: Files) -> None:
        self.x = files.images("x")
        self.net = PixelCnn(files)
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


SIDE = 28
PIXELS = SIDE * SIDE


class Sample(Work):
    """The network and the noise of both samplers."""

    def __init__(self, files: Files) -> None:
        self.noise = files.read("noise")  # [PIXELS, N]
        self.net = PixelCnn(files).eval()
        self.samples = files.read("samples") if "samples" in files else None


class SampleNaive(Sample):
    """The whole network for each pixel; a unit is one pixel."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.x = torch.zeros(self.noise.shape[1], 1, SIDE, SIDE)

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        p = index % PIXELS
        logits = self.net(self.x).flatten(1)
        self.x.view(-1, PIXELS)[:, p] = (
            self.noise[p] < torch.sigmoid(logits[:, p])
        ).float()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        x = self.samples.view(PIXELS, -1).t().reshape(-1, 1, SIDE, SIDE)
        logits = self.net(x).flatten(1)
        return (self.noise < torch.sigmoid(logits.t())).float()


def neighbours(size: int) -> Tensor:
    """[PIXELS, taps]: places of the pixels before each one in its window; PIXELS is outside the picture."""
    half = size // 2
    taps = torch.arange(size * size // 2)
    place = torch.arange(PIXELS)[:, None]
    y = place // SIDE + taps // size - half
    x = place % SIDE + taps % size - half
    outside = (y < 0) | (x < 0) | (x >= SIDE)
    return torch.where(outside, torch.full_like(y, PIXELS), y * SIDE + x)


class SampleCached(Sample):
    """Each layer at one place for each pixel; what it has found at the places before is kept."""

    @torch.no_grad()
    def __init__(self, files: Files) -> None:
        super().__init__(files)
        n = self.noise.shape[1]
        half = CHANNELS // 2
        self.first_places = neighbours(7)
        self.places = neighbours(3)
        # The last row stands for what is outside.
        self.x = torch.zeros(PIXELS + 1, n)
        self.hidden = torch.zeros(PIXELS + 1, BLOCKS, n, half)

    def unit(self, index: int) -> List[float]:
        self.draw()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        net, x, hidden = self.net, self.x, self.hidden
        n, half = x.shape[1], CHANNELS // 2
        first = net.first.weight.view(CHANNELS, 49)[:, :24].t().contiguous()
        convs = torch.stack([block.conv.weight for block in net.blocks])
        taps = convs.permute(0, 3, 4, 2, 1).reshape(BLOCKS, 9, half, half)
        before = taps[:, :4].reshape(BLOCKS, 4 * half, half)
        own = taps[:, 4].contiguous()
        biases = torch.stack([block.conv.bias for block in net.blocks])[:, None]
        points = [
            [
                (layer.weight.flatten(1).t().contiguous(), layer.bias)
                for layer in (block.narrow, block.widen)
            ]
            for block in net.blocks
        ]
        head1 = net.head1.weight.flatten(1).t().contiguous()
        head2 = net.head2.weight.flatten(1).t().contiguous()
        for p in range(PIXELS):
            seen = x[self.first_places[p]]  # [24, N]
            h = torch.addmm(net.first.bias, seen.t(), first)
            around = hidden[self.places[p]].permute(1, 2, 0, 3)  # [BLOCKS, N, 4, half]
            known = torch.baddbmm(biases, around.reshape(BLOCKS, n, 4 * half), before)
            for i, ((narrow, narrow_bias), (widen, widen_bias)) in enumerate(points):
                inside = hidden[p, i]
                found = torch.addmm(narrow_bias, torch.relu(h), narrow)
                torch.clamp_min(found, 0, out=inside)
                middle = torch.addmm(known[i], inside, own[i]).relu_()
                h = h + torch.addmm(widen_bias, middle, widen)
            h = torch.addmm(net.head1.bias, h.relu_(), head1).relu_()
            logit = torch.addmm(net.head2.bias, h, head2)[:, 0]
            torch.lt(self.noise[p], torch.sigmoid(logit), out=x[p])
        return x[:PIXELS]
