"""The works by name."""

from typing import Callable, Dict

import dcgan
import gpt
import pixelcnn
import sgemm
from files import Files
from work import Work

WORKS: Dict[str, Callable[[Files], Work]] = {
    "dcgan-train": dcgan.Train,
    "dcgan-sample": dcgan.Sample,
    "pixelcnn-train": pixelcnn.Train,
    "gpt-train": gpt.Train,
    "sgemm": sgemm.Sgemm,
}


def open_work(name: str, files: Files) -> Work:
    """Makes a work ready; an unknown name is an error."""
    if name not in WORKS:
        raise ValueError(f"unknown work {name}; there are {', '.join(WORKS)}")
    return WORKS[name](files)
