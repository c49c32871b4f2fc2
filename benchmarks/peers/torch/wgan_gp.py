"""WGAN-GP: Gulrajani et al. 2017, arXiv:1704.00028."""

from typing import List

import torch
from torch import Tensor

from dcgan import Discriminator, Generator
from files import Files
from work import Work

CRITIC_UPDATES = 5
LAMBDA = 10.0


class Train(Work):
    """One step is five updates of the critic with gradient penalty, then one of the generator."""

    def __init__(self, files: Files) -> None:
        self.x = files.images("x")
        self.noise_c = files.read("criticNoise")
        self.mix = files.read("mix")
        self.noise_g = files.read("generatorNoise")
        self.g = Generator(files)
        self.c = Discriminator(files, norm=False)
        self.adam_g = torch.optim.Adam(
            self.g.parameters(), 1e-4, (0.0, 0.9), foreach=True
        )
        self.adam_c = torch.optim.Adam(
            self.c.parameters(), 1e-4, (0.0, 0.9), foreach=True
        )

    def penalty(self, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """Mean squared distance of the critic's slopes from 1, between real and fake pictures."""
        between = torch.lerp(fake, real, mix).requires_grad_(True)
        (slopes,) = torch.autograd.grad(
            self.c(between).sum(), between, create_graph=True
        )
        return (slopes.flatten(1).norm(2, dim=1) - 1).square().mean()

    def update_critic(self, index: int) -> float:
        i = index % len(self.x)
        with torch.no_grad():
            fake = self.g(self.noise_c[i])
        real = self.x[i]
        loss = self.c(fake).mean() - self.c(real).mean()
        loss = loss + LAMBDA * self.penalty(real, fake, self.mix[i])
        self.adam_c.zero_grad(set_to_none=True)
        loss.backward()
        self.adam_c.step()
        return loss.item()

    def unit(self, index: int) -> List[float]:
        self.c.requires_grad_(True)
        losses = [
            self.update_critic(index * CRITIC_UPDATES + i)
            for i in range(CRITIC_UPDATES)
        ]
        self.c.requires_grad_(False)
        loss = -self.c(self.g(self.noise_g[index % len(self.noise_g)])).mean()
        self.adam_g.zero_grad(set_to_none=True)
        loss.backward()
        self.adam_g.step()
        return [*losses, loss.item()]
