"""Arrays that Node has written: raw values and an index of names, shapes and types."""

import json
import os
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor

DTYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8}


class Files:
    """The arrays of a folder by name, and its weights in PyTorch's layouts."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as index:
            entries = json.load(index)
        self._entries: Dict[str, dict] = {entry["name"]: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> List[str]:
        """Of all arrays."""
        return list(self._entries)

    def read(self, name: str) -> Tensor:
        """An array as it was written; one whose values are all the same has no file."""
        entry = self._entries[name]
        dtype = DTYPES[entry["dtype"]]
        if "fill" in entry:
            return torch.from_numpy(np.full(entry["shape"], entry["fill"], dtype))
        values = np.fromfile(os.path.join(self.folder, entry["file"]), dtype=dtype)
        return torch.from_numpy(values).reshape(entry["shape"])

    def images(self, name: str) -> Tensor:
        """[..., H, W, C] as [..., C, H, W]."""
        return self.read(name).movedim(-1, -3).contiguous()

    def weight(self, name: str) -> Tensor:
        """A weight as it was written."""
        return self.read(f"parameters/{name}")

    def linear(self, name: str) -> Tensor:
        """[inputs, outputs] as [outputs, inputs]."""
        return self.weight(name).t().contiguous()

    def conv(self, name: str) -> Tensor:
        """[H, W, inputs, outputs] as [outputs, inputs, H, W]."""
        return self.weight(name).permute(3, 2, 0, 1).contiguous()

    def deconv(self, name: str) -> Tensor:
        """[H, W, outputs, inputs] as [inputs, outputs, H, W]."""
        return self.conv(name)

    def linear_to_image(self, name: str, channels: int) -> Tensor:
        """Weights or bias whose outputs are an image [7, 7, channels], for outputs [channels, 7, 7]."""
        value = self.weight(name)
        image = value.reshape(-1, 7, 7, channels).permute(0, 3, 1, 2)
        flat = image.reshape(value.shape)
        return flat.contiguous() if value.dim() == 1 else flat.t().contiguous()

    def linear_from_image(self, name: str, channels: int) -> Tensor:
        """Weights whose inputs are an image [7, 7, channels], for inputs [channels, 7, 7]."""
        value = self.weight(name)
        image = value.reshape(7, 7, channels, -1).permute(3, 2, 0, 1)
        return image.reshape(value.shape[1], -1).contiguous()


def set_weights(module: torch.nn.Module, **values: Tensor) -> None:
    """Puts values in the place of a module's parameters, by name; each must have the shape it replaces."""
    for name, value in values.items():
        parameter = getattr(module, name)
        if parameter.shape != value.shape:
            raise ValueError(
                f"{name} has shape {list(parameter.shape)}, got {list(value.shape)}"
            )
        parameter.data.copy_(value)
