"""The works by name."""

from typing import Callable, Dict

import dcgan
import gpt
import made
import metrics
import pixelcnn
import sgemm
import vae
import wgan_gp
from files import Files
from work import Work

WORKS: Dict[str, Callable[[Files], Work]] = {
    "sgemm": sgemm.Sgemm,
    "dcgan-train": dcgan.Train,
    "wgan-gp-train": wgan_gp.Train,
    "vae-train": vae.Train,
    "made-train": made.Train,
    "pixelcnn-train": pixelcnn.Train,
    "gpt-train": gpt.Train,
    "dcgan-sample": dcgan.Sample,
    "vae-sample": vae.Sample,
    "made-sample-naive": made.SampleNaive,
    "made-sample-cached": made.SampleCached,
    "pixelcnn-sample-naive": pixelcnn.SampleNaive,
    "pixelcnn-sample-cached": pixelcnn.SampleCached,
    "gpt-sample-naive": gpt.SampleNaive,
    "gpt-sample-cached": gpt.SampleCached,
    "prdc": metrics.Prdc,
    "kernel-distance": metrics.KernelDistance,
    "frechet-2048": metrics.Frechet,
}


def open_work(name: str, files: Files) -> Work:
    """Makes a work ready; an unknown name is an error."""
    if name not in WORKS:
        raise ValueError(f"unknown work {name}; there are {', '.join(WORKS)}")
    return WORKS[name](files)
