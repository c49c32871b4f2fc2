"""Metrics of two sets of features, [10 000, columns] each. A unit is one evaluation."""

from typing import List

import numpy as np
import torch
from torch import Tensor

from files import Files
from work import Work

BLOCK_ROWS = 1000
NEIGHBOURS = 5


def squared_lengths(x: Tensor) -> Tensor:
    return x.square().sum(dim=1)


class Prdc(Work):
    """Precision, recall, density and coverage: Naeem et al. 2020, arXiv:2002.09797.

    In float32, 1 000 rows of the matrix of distances at a time: 40 MB. Squared distances
    are |x|^2 + |y|^2 - 2 x.y in one addmm; topk is faster here than kthvalue.
    """

    def __init__(self, files: Files) -> None:
        self.real = files.read("real")
        self.fake = files.read("fake")

    @staticmethod
    def radii(x: Tensor, squares: Tensor) -> Tensor:
        """Squared distance of each row from its fifth neighbour among the others."""
        found = torch.empty(len(x))
        for start in range(0, len(x), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            distances = torch.addmm(squares, x[rows], x.t(), alpha=-2)
            distances.diagonal(start).fill_(float("inf"))
            nearest = distances.topk(NEIGHBOURS, dim=1, largest=False).values
            found[rows] = nearest[:, -1] + squares[rows]
        return found

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        real, fake = self.real, self.fake
        real_squares, fake_squares = squared_lengths(real), squared_lengths(fake)
        real_radii = self.radii(real, real_squares)
        fake_radii = self.radii(fake, fake_squares)
        balls_around = torch.zeros(len(fake), dtype=torch.int64)
        recalled = torch.zeros(len(real), dtype=torch.bool)
        covered = torch.zeros(len(real), dtype=torch.bool)
        for start in range(0, len(real), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            # Less the real row's own square, which moves to the other side of each comparison.
            distances = torch.addmm(fake_squares, real[rows], fake.t(), alpha=-2)
            squares = real_squares[rows, None]
            in_real = distances < real_radii[rows, None] - squares
            balls_around += in_real.sum(dim=0)
            covered[rows] = in_real.any(dim=1)
            recalled[rows] = (distances + squares < fake_radii).any(dim=1)
        return [
            (balls_around > 0).float().mean().item(),
            recalled.float().mean().item(),
            balls_around.sum().item() / (NEIGHBOURS * len(fake)),
            covered.float().mean().item(),
        ]


class KernelDistance(Work):
    """KID over given subsets, in float32: Binkowski et al. 2018, arXiv:1801.01401."""

    def __init__(self, files: Files) -> None:
        self.real = files.read("real")
        self.fake = files.read("fake")
        self.draws = [
            (x.long(), y.long())
            for x, y in zip(files.read("draws/real"), files.read("draws/fake"))
        ]

    @staticmethod
    def kernel(x: Tensor, y: Tensor) -> Tensor:
        return torch.mm(x, y.t()).div_(x.shape[1]).add_(1).pow_(3)

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        distances = []
        for rows, others in self.draws:
            x, y = self.real[rows], self.fake[others]
            m = len(x)
            within = 0.0
            for side in (x, y):
                k = self.kernel(side, side)
                within += (k.sum() - k.diagonal().sum()).item()
            between = self.kernel(x, y).mean().item()
            distances.append(within / (m * (m - 1)) - 2 * between)
        return [float(np.mean(distances)), float(np.std(distances))]


class Frechet(Work):
    """The formula of FID in numpy, float64: Heusel et al. 2017, arXiv:1706.08500.

    The trace of the root of S1 S2 is the sum of the roots of its eigenvalues, which numpy
    finds in about half of the time that scipy.linalg.sqrtm takes.
    """

    def __init__(self, files: Files) -> None:
        self.real = files.read("real").numpy()
        self.fake = files.read("fake").numpy()

    def unit(self, index: int) -> List[float]:
        means = [x.mean(axis=0, dtype=np.float64) for x in (self.real, self.fake)]
        s1, s2 = (np.cov(x, rowvar=False) for x in (self.real, self.fake))
        values = np.linalg.eigvals(s1 @ s2).astype(np.complex128)
        shift = float(np.square(means[0] - means[1]).sum())
        roots = float(np.sqrt(values).real.sum())
        return [shift + float(np.trace(s1) + np.trace(s2)) - 2 * roots]
