"""What every twin is: a network, what training minimises, and the recipe that trains it."""

import math
import os
import sys
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

# Files, and networks that the comparison of speed has too.
_here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(_here, "..", "..", "peers", "torch"))

Noise = Dict[str, Tensor]
Options = Dict[str, Any]


class Recipe(NamedTuple):
    """How a twin is trained: AdamW, its learning rate by step (the first is 0)."""

    learning_rate: Callable[[int], float]
    weight_decay: float
    beta2: float = 0.999
    # Longest gradient of all parameters together; None for no limit.
    longest_gradient: Optional[float] = None


class Plan(NamedTuple):
    """What a twin is built from."""

    options: Options
    # Of an example: [height, width, channels] of an image, [length] of a sequence.
    shape: Tuple[int, ...]
    # Number of tokens; 0 for images.
    vocabulary: int
    steps: int


class Twin(nn.Module):
    """A network that is trained. Examples come in our layout, [N, *shape], and log-likelihoods are in nats."""

    recipe: Recipe
    # Samples that an estimator of the log-likelihood takes of each example.
    draws = 1

    def noise(self, count: int, generator: torch.Generator) -> Noise:
        """What a training step on `count` examples draws, by our names."""
        raise NotImplementedError

    def losses(self, x: Tensor, noise: Noise, step: int) -> Tuple[Tensor, Tensor]:
        """What is minimised, and the loss that is reported: scalars, means over examples, nats per example."""
        raise NotImplementedError

    def likelihood_noise(self, count: int, generator: torch.Generator) -> Noise:
        """What an estimator of the log-likelihood draws; nothing where it is exact."""
        return {}

    def log_likelihood(self, x: Tensor, noise: Noise) -> Tensor:
        """Of each example, [N]."""
        raise NotImplementedError


def linear_to_zero(start: float, steps: int) -> Callable[[int], float]:
    """From `start` at step 0 in a straight line to 0 at step `steps`."""
    return lambda step: start * (1 - step / steps)


def half_cosine(start: float, steps: int) -> Callable[[int], float]:
    """From `start` at step 0 along half a cosine to 0 at step `steps`."""
    return lambda step: start * (1 + math.cos(math.pi * step / steps)) / 2


def uniform(generator: torch.Generator, *shape: int) -> Tensor:
    """U[0, 1), on the generator's device."""
    return torch.rand(shape, generator=generator, device=generator.device)


def normal(generator: torch.Generator, *shape: int) -> Tensor:
    """N(0, 1), on the generator's device."""
    return torch.randn(shape, generator=generator, device=generator.device)


def draw_bits(intensities: Tensor, noise: Tensor) -> Tensor:
    """1 where the noise from U[0, 1) is below the intensity, else 0: images of 0 and 1 stay as they are."""
    return (noise.view_as(intensities) < intensities).float()


def bernoulli_log_probability(logits: Tensor, x: Tensor) -> Tensor:
    """log p(x) of bits with the given logits, element by element."""
    return x * logits - nn.functional.softplus(logits)


def log_mean_exp(x: Tensor, axis: int) -> Tensor:
    """log of the mean of exp(x) over an axis."""
    return torch.logsumexp(x, axis) - math.log(x.shape[axis])
