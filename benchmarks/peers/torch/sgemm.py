"""One product of square matrices."""

from typing import List

import torch
from torch import Tensor

from files import Files
from work import Work


class Sgemm(Work):
    """a b for a, b [1024, 1024]."""

    def __init__(self, files: Files) -> None:
        self.a = files.read("a")
        self.b = files.read("b")
        self.product = torch.empty_like(self.a)

    @torch.no_grad()
    def unit(self, index: int) -> List[float]:
        torch.mm(self.a, self.b, out=self.product)
        return []

    def draw(self) -> Tensor:
        return torch.mm(self.a, self.b)
