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

    def __init__(self, files: Files, name: str) -> None:
        super().__init__()
        half = CHANNELS // 2
        self.narrow = pointwise(files, f"{name}/narrow", CHANNELS, half)
        self.conv = MaskedConv2d(files, f"{name}/conv", half, half, 3, own=True)
        self.widen = pointwise(files, f"{name}/widen", half, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        h = self.narrow(F.relu(x))
        h = self.conv(F.relu(h, inplace=True))
        return x + self.widen(F.relu(h, inplace=True))


class PixelCnn(nn.Module):
    """Binary pictures [N, 1, 28, 28] to the logits of their pixels, each given those before it."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.first = MaskedConv2d(files, "first", 1, CHANNELS, 7, own=False)
        self.blocks = nn.Sequential(
            *(Block(files, f"block-{i}") for i in range(BLOCKS))
        )
        self.head1 = pointwise(files, "head-1", CHANNELS, CHANNELS)
        self.head2 = pointwise(files, "head-2", CHANNELS, 1)

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
