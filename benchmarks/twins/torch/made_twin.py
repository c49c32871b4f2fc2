"""MADE: Germain et al. 2015, arXiv:1502.03509, with whole kernels under masks."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from twin import Noise, Plan, bernoulli_log_probability, log_mean_exp, uniform
from files import Files
from pixels_twin import PixelsTwin

# Runs of pixels that our kernels are cut into, and the window of the local context.
CUTS = 7
WINDOW = 7


def spread_degrees(pixels: int, hidden: int) -> Tensor:
    """[hidden]: a unit sees the pixels before its degree, 1 ... pixels - 1 in rising order."""
    return 1 + torch.arange(hidden) * max(pixels - 1, 1) // hidden


class Kernels:
    """Our kernels, which are cut where they are 0 for certain, as whole ones [inputs, outputs]."""

    def __init__(self, files: Files, pixels: int, degrees: Tensor) -> None:
        hidden = len(degrees)
        self.units = torch.zeros(pixels, hidden)
        self.outputs = torch.zeros(hidden, pixels)
        self.direct = torch.zeros(pixels, pixels)
        cuts = min(CUTS, pixels)
        rows = torch.zeros(0, dtype=torch.long)  # of outputs, then direct
        for cut in range(cuts):
            start, end = cut * pixels // cuts, (cut + 1) * pixels // cuts
            own = torch.nonzero((degrees > start) & (degrees <= end))[:, 0]
            if len(own) > 0:
                self.units[:end, own] = files.weight(f"units-{cut + 1}")
            rows = torch.cat([rows, hidden + torch.arange(start, end), own])
            both = torch.zeros(hidden + pixels, end - start)
            both[rows] = files.weight(f"logits-{cut + 1}")
            self.outputs[:, start:end] = both[:hidden]
            self.direct[:, start:end] = both[hidden:]


class LocalContext(nn.Module):
    """Adds to each logit what the pixels before it in a window 7 x 7 say."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.view = nn.Parameter(files.linear("local/view-kernel"))
        self.view_bias = nn.Parameter(files.weight("local/view-bias"))
        self.mix = nn.Parameter(files.linear("local/mix-kernel"))
        self.mix_bias = nn.Parameter(files.weight("local/mix-bias"))
        self.logit = nn.Parameter(files.linear("local/logit-kernel"))

    def forward(self, x: Tensor) -> Tensor:
        behind = WINDOW * WINDOW - self.view.shape[1]
        kernel = F.pad(self.view, (0, behind)).view(-1, 1, WINDOW, WINDOW)
        h = F.conv2d(x, kernel, self.view_bias.flatten(), padding=WINDOW // 2)
        h = F.relu(h)
        h = F.relu(F.conv2d(h, self.mix[..., None, None], self.mix_bias.flatten()))
        return F.conv2d(h, self.logit[..., None, None])


class MadeTwin(PixelsTwin):
    """One hidden layer, direct connections, and a local context where the options ask for one."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__(plan)
        degrees = spread_degrees(self.pixels, plan.options["hidden"])
        place = torch.arange(self.pixels)
        kernels = Kernels(files, self.pixels, degrees)
        self.units = nn.Parameter(kernels.units)
        self.unit_bias = nn.Parameter(files.weight("unit-bias"))
        self.outputs = nn.Parameter(kernels.outputs)
        self.direct = nn.Parameter(kernels.direct)
        self.logit_bias = nn.Parameter(files.weight("logit-bias"))
        self.local = LocalContext(files) if plan.options["localFeatures"] else None
        self.register_buffer("to_unit", (place[:, None] < degrees).float())
        self.register_buffer("from_unit", (degrees[:, None] <= place).float())
        self.register_buffer("before", (place[:, None] < place).float())

    def logits(self, x: Tensor) -> Tensor:
        h = F.relu(x @ (self.units * self.to_unit) + self.unit_bias)
        logits = h @ (self.outputs * self.from_unit) + self.logit_bias
        logits = logits + x @ (self.direct * self.before)
        if self.local is None:
            return logits
        return logits + self.local(x.view(-1, 1, *self.grid)).flatten(1)


class OrdersTwin(PixelsTwin):
    """Several orders of the pixels share the weights: a step trains one of them, the model is their mixture."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__(plan)
        self.orders = plan.options["orders"]
        for name in ("units", "outputs", "direct"):
            setattr(self, name, nn.Parameter(files.weight(name)))
        self.unit_bias = nn.Parameter(files.weight("unit-bias"))
        self.logit_bias = nn.Parameter(files.weight("logit-bias"))
        self.register_buffer("ranks", files.weight("ranks"))
        self.register_buffer("degrees", files.weight("degrees"))

    def noise(self, count: int, generator: torch.Generator) -> Noise:
        return {**super().noise(count, generator), "pick": uniform(generator, 1)}

    def in_order(self, x: Tensor, order: Tensor) -> Tensor:
        """log p(x) of bits [N, pixels] in an order, a scalar index: [N]."""
        rank, degree = self.ranks[order], self.degrees[order]
        h = F.relu(x @ (self.units * (rank[:, None] < degree)) + self.unit_bias)
        logits = h @ (self.outputs * (degree[:, None] <= rank)) + self.logit_bias
        logits = logits + x @ (self.direct * (rank[:, None] < rank))
        return bernoulli_log_probability(logits, x).sum(1)

    def trained(self, x: Tensor, noise: Noise) -> Tensor:
        order = (noise["pick"][0] * self.orders).long().clamp(max=self.orders - 1)
        return self.in_order(x, order)

    def log_likelihood(self, x: Tensor, noise: Noise) -> Tensor:
        places = torch.arange(self.orders, device=x.device)
        each = [self.in_order(x.flatten(1), order) for order in places]
        return log_mean_exp(torch.stack(each), 0)
