"""A GPT over sequences of tokens: pre-norm blocks as in nanoGPT."""

import math
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from twin import Noise, Plan, Recipe, Twin, linear_to_zero
from files import Files
from gpt import Gpt, Sizes

WARM_UP = 0.02
BETA2 = 0.99
LONGEST_GRADIENT = 1.0


class GptTwin(Twin):
    """A token of its own stands before the first. What is minimised is the loss per token: its gradient is cut."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__()
        options = plan.options
        (self.length,) = plan.shape
        self.begin = plan.vocabulary
        self.net = Gpt(
            files,
            Sizes(
                width=options["heads"] * options["headSize"],
                heads=options["heads"],
                blocks=options["blocks"],
                context=self.length,
                inputs=plan.vocabulary + 1,
                outputs=plan.vocabulary,
            ),
        )
        falling = linear_to_zero(options["learningRate"], plan.steps)
        warm_up = math.ceil(WARM_UP * plan.steps)
        self.recipe = Recipe(
            lambda step: falling(step) * min(1, (step + 1) / warm_up),
            options["weightDecay"],
            BETA2,
            LONGEST_GRADIENT,
        )

    def noise(self, count: int, generator: torch.Generator) -> Noise:
        return {}

    def losses(self, x: Tensor, noise: Noise, step: int) -> Tuple[Tensor, Tensor]:
        loss = -self.log_likelihood(x, noise).mean()
        return loss / self.length, loss

    def log_likelihood(self, x: Tensor, noise: Noise) -> Tensor:
        tokens = x.long()
        before = F.pad(tokens[:, :-1], (1, 0), value=self.begin)
        logits = self.net(before).transpose(1, 2)  # [N, vocabulary, T]
        return -F.cross_entropy(logits, tokens, reduction="none").sum(1)
