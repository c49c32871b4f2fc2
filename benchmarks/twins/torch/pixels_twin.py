"""Autoregressive models of binary images, pixels in raster order."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from twin import (
    Noise,
    Plan,
    Recipe,
    Twin,
    bernoulli_log_probability,
    draw_bits,
    linear_to_zero,
    uniform,
)
from files import Files
from pixelcnn import PixelCnn


class PixelsTwin(Twin):
    """Goes up the log-likelihood of bits, drawn anew at each step."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        rows, *rest = plan.shape
        self.pixels = rows * torch.Size(rest).numel()
        self.grid = (rows, self.pixels // rows)
        self.recipe = Recipe(
            linear_to_zero(plan.options["learningRate"], plan.steps),
            plan.options["weightDecay"],
        )

    def logits(self, x: Tensor) -> Tensor:
        """Bits [N, pixels] to the logit of each, given those before it, [N, pixels]."""
        raise NotImplementedError

    def noise(self, count: int, generator: torch.Generator) -> Noise:
        return {"u": uniform(generator, count, self.pixels)}

    def trained(self, x: Tensor, noise: Noise) -> Tensor:
        """The log-likelihood that training goes up."""
        return self.log_likelihood(x, noise)

    def losses(self, x: Tensor, noise: Noise, step: int) -> Tuple[Tensor, Tensor]:
        loss = -self.trained(draw_bits(x.flatten(1), noise["u"]), noise).mean()
        return loss, loss

    def log_likelihood(self, x: Tensor, noise: Noise) -> Tensor:
        x = x.flatten(1)
        return bernoulli_log_probability(self.logits(x), x).sum(1)


class PixelCnnTwin(PixelsTwin):
    """PixelCNN: van den Oord et al. 2016, arXiv:1601.06759."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__(plan)
        options = plan.options
        self.net = PixelCnn(files, options["channels"], options["blocks"])

    def logits(self, x: Tensor) -> Tensor:
        return self.net(x.view(-1, 1, *self.grid)).flatten(1)


class GatedBlock(nn.Module):
    """One block of both stacks; the first one sees neither its own row nor its own pixel."""

    def __init__(self, files: Files, name: str, first: bool) -> None:
        super().__init__()
        self.first = first
        for kernel in ("vertical", "horizontal", "link", "out"):
            setattr(self, kernel, nn.Parameter(files.conv(f"{name}/{kernel}")))
        for bias in ("vertical", "horizontal", "out"):
            value = nn.Parameter(files.weight(f"{name}/{bias}-bias"))
            setattr(self, f"{bias}_bias", value)

    def forward(self, v: Tensor, h: Tensor) -> Tuple[Tensor, Tensor]:
        rows, columns = v.shape[2:]
        reach = 3 if self.first else 1
        # A window of rows that ends at the place, or above it where the cut drops the last row.
        above = F.conv2d(F.pad(v, (reach, reach, reach, 0)), self.vertical)
        above = above[:, :, :rows] + self.vertical_bias[:, None, None]
        left = F.conv2d(F.pad(h, (reach, 0, 0, 0)), self.horizontal)[..., :columns]
        joined = left + F.conv2d(above, self.link, self.horizontal_bias)
        found = F.conv2d(gate(joined), self.out, self.out_bias)
        return gate(above), found if self.first else h + found


def gate(x: Tensor) -> Tensor:
    """tanh of the first half of the channels times the sigmoid of the second."""
    value, opening = x.chunk(2, 1)
    return torch.tanh(value) * torch.sigmoid(opening)


class GatedTwin(PixelsTwin):
    """Gated PixelCNN: van den Oord et al. 2016, arXiv:1606.05328."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__(plan)
        blocks = range(plan.options["blocks"])
        self.blocks = nn.ModuleList(
            GatedBlock(files, f"block-{i}", i == 0) for i in blocks
        )
        self.head1 = nn.Parameter(files.conv("head-1"))
        self.head1_bias = nn.Parameter(files.weight("head-1-bias"))
        self.head2 = nn.Parameter(files.conv("head-2"))
        self.head2_bias = nn.Parameter(files.weight("head-2-bias"))

    def logits(self, x: Tensor) -> Tensor:
        v = h = x.view(-1, 1, *self.grid)
        for block in self.blocks:
            v, h = block(v, h)
        h = F.relu(F.conv2d(F.relu(h), self.head1, self.head1_bias))
        return F.conv2d(h, self.head2, self.head2_bias).flatten(1)
