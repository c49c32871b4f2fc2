"""A convolutional VAE of binary images: Kingma and Welling 2014, arXiv:1312.6114; its bound: Burda et al. 2016, arXiv:1509.00519."""

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from twin import (
    Noise,
    Options,
    Plan,
    Recipe,
    Twin,
    bernoulli_log_probability,
    draw_bits,
    half_cosine,
    log_mean_exp,
    normal,
    uniform,
)
from files import Files, set_weights

SLOPE = 0.1


def linear(files: Files, name: str) -> nn.Linear:
    """A linear layer with our weights."""
    weight = files.linear(f"{name}/kernel")
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    set_weights(layer, weight=weight, bias=files.weight(f"{name}/bias"))
    return layer


def halving(files: Files, name: str) -> nn.Conv2d:
    """A convolution 4 x 4 that halves height and width, with our weights."""
    weight = files.conv(f"{name}/kernel")
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], 4, 2, 1)
    set_weights(layer, weight=weight, bias=files.weight(f"{name}/bias"))
    return layer


def doubling(files: Files, name: str) -> nn.ConvTranspose2d:
    """A transposed convolution 4 x 4 that doubles height and width, with our weights."""
    weight = files.deconv(f"{name}/kernel")
    layer = nn.ConvTranspose2d(weight.shape[0], weight.shape[1], 4, 2, 1)
    set_weights(layer, weight=weight, bias=files.weight(f"{name}/bias"))
    return layer


def kl_weight(options: Options, steps: int, step: int) -> float:
    """Rises from 0 to beta over the first part of each cycle, and stays there for the rest of it."""
    rise = options["klWarmUp"] * steps / options["klCycles"]
    if rise == 0:
        return options["beta"]
    return options["beta"] * min(1.0, (step % (steps / options["klCycles"])) / rise)


class VaeTwin(Twin):
    """Codes N(0, I), a diagonal Gaussian as posterior, independent bits given the code."""

    def __init__(self, files: Files, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        options = plan.options
        self.latent = options["imageLatentSize"]
        self.draws = options["importanceSamples"]
        self.conv1 = halving(files, "encoder/convolution-1")
        self.conv2 = halving(files, "encoder/convolution-2")
        self.hidden = linear(files, "encoder/hidden")
        self.posterior = linear(files, "encoder/output")
        self.hidden2 = linear(files, "decoder/hidden")
        self.dense = linear(files, "decoder/dense")
        self.deconv1 = doubling(files, "decoder/deconvolution-1")
        self.deconv2 = doubling(files, "decoder/deconvolution-2")
        self.recipe = Recipe(
            half_cosine(options["learningRate"], plan.steps), options["weightDecay"]
        )

    def encode(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        """Images [N, H, W, C] to means and log standard deviations, [N, latent] each."""
        h = F.leaky_relu(self.conv1(x.movedim(-1, 1)), SLOPE)
        h = F.leaky_relu(self.conv2(h), SLOPE)
        h = F.leaky_relu(self.hidden(h.movedim(1, -1).flatten(1)), SLOPE)
        mean, log_sd = self.posterior(h).chunk(2, 1)
        return mean, log_sd

    def decode(self, z: Tensor) -> Tensor:
        """Codes [N, latent] to logits [N, H, W, C]."""
        height, width, _ = self.plan.shape
        h = F.leaky_relu(self.hidden2(z), SLOPE)
        h = F.leaky_relu(self.dense(h), SLOPE)
        h = h.view(len(z), height // 4, width // 4, -1).movedim(-1, 1)
        h = F.leaky_relu(self.deconv1(h), SLOPE)
        return self.deconv2(h).movedim(1, -1)

    def noise(self, count: int, generator: torch.Generator) -> Noise:
        return {
            "noise": normal(generator, count, self.latent),
            "observationNoise": uniform(generator, count, *self.plan.shape),
        }

    def losses(self, x: Tensor, noise: Noise, step: int) -> Tuple[Tensor, Tensor]:
        bits = draw_bits(x, noise["observationNoise"])
        mean, log_sd = self.encode(bits)
        logits = self.decode(mean + log_sd.exp() * noise["noise"])
        reconstruction = F.binary_cross_entropy_with_logits(
            logits, bits, reduction="sum"
        ) / len(x)
        variance = (2 * log_sd).exp()
        kl = 0.5 * (mean.square() + variance - 1 - 2 * log_sd).sum() / len(x)
        weight = kl_weight(self.plan.options, self.plan.steps, step)
        return reconstruction + weight * kl, reconstruction + kl

    def likelihood_noise(self, count: int, generator: torch.Generator) -> Noise:
        return {"noise": normal(generator, count, self.draws, self.latent)}

    def log_likelihood(self, x: Tensor, noise: Noise) -> Tensor:
        """The importance-weighted bound."""
        mean, log_sd = (value[:, None] for value in self.encode(x))
        posterior = torch.distributions.Normal(mean, log_sd.exp())
        prior = torch.distributions.Normal(0.0, 1.0)
        z = mean + log_sd.exp() * noise["noise"]  # [N, k, latent]
        logits = self.decode(z.flatten(0, 1)).view(*z.shape[:2], -1)
        joint = bernoulli_log_probability(logits, x.flatten(1)[:, None]).sum(2)
        joint = joint + prior.log_prob(z).sum(2)
        return log_mean_exp(joint - posterior.log_prob(z).sum(2), 1)
