"""What every work of the peer is."""

from typing import List

from torch import Tensor


class Work:
    """A work made from the files of a folder. A unit is a training step, a draw, or one position of a naive draw."""

    def unit(self, index: int) -> List[float]:
        """Does one unit and returns its losses; units are numbered from 0."""
        raise NotImplementedError

    def draw(self) -> Tensor:
        """The samples of a sampler, in the layout of the other side."""
        raise NotImplementedError
