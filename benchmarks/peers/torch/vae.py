"""A convolutional VAE: Kingma and Welling 2014, arXiv:1312.6114."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from files import Files, set_weights
from work import Work

LATENT = 16


class Encoder(nn.Module):
    """Pictures to the posterior's means and log-variances side by side, [N, 32]."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 4, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 4, 2, 1)
        self.dense = nn.Linear(7 * 7 * 64, 256)
        self.posterior = nn.Linear(256, 2 * LATENT)
        for name, layer in (("conv-1", self.conv1), ("conv-2", self.conv2)):
            set_weights(
                layer,
                weight=files.conv(f"encoder/{name}/kernel"),
                bias=files.weight(f"encoder/{name}/bias"),
            )
        set_weights(
            self.dense,
            weight=files.linear_from_image("encoder/dense/kernel", 64),
            bias=files.weight("encoder/dense/bias"),
        )
        set_weights(
            self.posterior,
            weight=files.linear("encoder/posterior/kernel"),
            bias=files.weight("encoder/posterior/bias"),
        )

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(self.conv1(x), inplace=True)
        h = F.relu(self.conv2(h), inplace=True)
        return self.posterior(F.relu(self.dense(h.flatten(1)), inplace=True))


class Decoder(nn.Module):
    """Latents [N, 16] to the logits of pixels [N, 1, 28, 28]."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.dense1 = nn.Linear(LATENT, 256)
        self.dense2 = nn.Linear(256, 7 * 7 * 64)
        self.deconv1 = nn.ConvTranspose2d(64, 32, 4, 2, 1)
        self.deconv2 = nn.ConvTranspose2d(32, 1, 4, 2, 1)
        set_weights(
            self.dense1,
            weight=files.linear("decoder/dense-1/kernel"),
            bias=files.weight("decoder/dense-1/bias"),
        )
        set_weights(
            self.dense2,
            weight=files.linear_to_image("decoder/dense-2/kernel", 64),
            bias=files.linear_to_image("decoder/dense-2/bias", 64),
        )
        for name, layer in (("deconv-1", self.deconv1), ("deconv-2", self.deconv2)):
            set_weights(
                layer,
                weight=files.deconv(f"decoder/{name}/kernel"),
                bias=files.weight(f"decoder/{name}/bias"),
            )

    def forward(self, z: Tensor) -> Tensor:
        h = F.relu(self.dense1(z), inplace=True)
        h = F.relu(self.dense2(h), inplace=True).view(-1, 64, 7, 7)
        return self.deconv2(F.relu(self.deconv1(h), inplace=True))


class Train(Work):
    """One step of Adam on the negative evidence bound."""

    def __init__(self, files: Files) -> None:
        self.x = files.images("x")
        self.noise = files.read("noise")
        self.encoder = Encoder(files)
        self.decoder = Decoder(files)
        parameters = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.adam = torch.optim.Adam(parameters, 1e-3, foreach=True)

    def unit(self, index: int) -> List[float]:
        i = index % len(self.x)
        x = self.x[i]
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + (0.5 * log_variance).exp() * self.noise[i]
        likelihood = -F.binary_cross_entropy_with_logits(
            self.decoder(z), x, reduction="sum"
        )
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        loss = (kl - likelihood) / len(x)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return [loss.item()]


class Sample(Work):
    """The decoder alone: pixels' probabilities."""

    def __init__(self, files: Files) -> None:
        self.z = files.read("z")
        self.decoder = Decoder(files)

    def unit(self, index: int) -> List[float]:
        self.draw()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        return torch.sigmoid(self.decoder(self.z))
