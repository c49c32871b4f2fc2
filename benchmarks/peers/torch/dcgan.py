"""DCGAN: Radford et al. 2016, arXiv:1511.06434."""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from files import Files, set_weights
from work import Work

LATENT = 100


class Generator(nn.Module):
    """z [N, 100] to pictures [N, 1, 28, 28] in -1 ... 1."""

    def __init__(self, files: Files) -> None:
        super().__init__()
        self.dense = nn.Linear(LATENT, 7 * 7 * 128, bias=False)
        self.norm1 = nn.BatchNorm2d(128)
        self.deconv1 = nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.deconv2 = nn.ConvTranspose2d(64, 1, 4, 2, 1)
        set_weights(
            self.dense, weight=files.linear_to_image("generator/dense/kernel", 128)
        )
        set_weights(self.deconv1, weight=files.deconv("generator/deconv-1/kernel"))
        set_weights(
            self.deconv2,
            weight=files.deconv("generator/deconv-2/kernel"),
            bias=files.weight("generator/deconv-2/bias"),
        )

    def forward(self, z: Tensor) -> Tensor:
        h = self.dense(z).view(-1, 128, 7, 7)
        h = F.relu(self.norm1(h), inplace=True)
        h = F.relu(self.norm2(self.deconv1(h)), inplace=True)
        return torch.tanh(self.deconv2(h))


class Discriminator(nn.Module):
    """Pictures to raw scores [N, 1]; a critic has no batch normalisation."""

    def __init__(self, files: Files, norm: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 4, 2, 1)
        self.conv2 = nn.Conv2d(64, 128, 4, 2, 1, bias=not norm)
        self.norm = nn.BatchNorm2d(128) if norm else nn.Identity()
        self.dense = nn.Linear(7 * 7 * 128, 1)
        set_weights(
            self.conv1,
            weight=files.conv("discriminator/conv-1/kernel"),
            bias=files.weight("discriminator/conv-1/bias"),
        )
        set_weights(self.conv2, weight=files.conv("discriminator/conv-2/kernel"))
        if not norm:
            set_weights(self.conv2, bias=files.weight("discriminator/conv-2/bias"))
        set_weights(
            self.dense,
            weight=files.linear_from_image("discriminator/dense/kernel", 128),
            bias=files.weight("discriminator/dense/bias"),
        )

    def forward(self, x: Tensor) -> Tensor:
        h = F.leaky_relu(self.conv1(x), 0.2)
        h = F.leaky_relu(self.norm(self.conv2(h)), 0.2)
        return self.dense(h.flatten(1))


class Train(Work):
    """One step is an update of the discriminator, then one of the generator."""

    def __init__(self, files: Files) -> None:
        self.x = files.images("x")
        self.noise_d = files.read("discriminatorNoise")
        self.noise_g = files.read("generatorNoise")
        self.g = Generator(files)
        self.d = Discriminator(files, norm=True)
        self.adam_g = torch.optim.Adam(
            self.g.parameters(), 2e-4, (0.5, 0.999), foreach=True
        )
        self.adam_d = torch.optim.Adam(
            self.d.parameters(), 2e-4, (0.5, 0.999), foreach=True
        )

    def unit(self, index: int) -> List[float]:
        i = index % len(self.x)
        with torch.no_grad():
            fakes = self.g(self.noise_d[i])
        self.d.requires_grad_(True)
        loss_d = (
            F.softplus(-self.d(self.x[i])).mean() + F.softplus(self.d(fakes)).mean()
        )
        self.adam_d.zero_grad(set_to_none=True)
        loss_d.backward()
        self.adam_d.step()

        self.d.requires_grad_(False)
        loss_g = F.softplus(-self.d(self.g(self.noise_g[i]))).mean()
        self.adam_g.zero_grad(set_to_none=True)
        loss_g.backward()
        self.adam_g.step()
        return [loss_d.item(), loss_g.item()]


class Sample(Work):
    """The generator alone, with its moving averages."""

    def __init__(self, files: Files) -> None:
        self.z = files.read("z")
        self.g = Generator(files).eval()

    def unit(self, index: int) -> List[float]:
        self.draw()
        return []

    @torch.no_grad()
    def draw(self) -> Tensor:
        return self.g(self.z)
