"""Trains twins of our trials to the end, each from the folder that `pnpm bench twins --export` wrote.

Needs PyTorch and numpy alone. Prints one JSON object a line for each work, writes no file. A twin must first repeat our first
steps and our log-likelihoods with our noise; one that does not is not trained.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import torch
from torch import Tensor

from twin import Noise, Plan, Twin
from files import Files
from gpt_twin import GptTwin
from made_twin import MadeTwin, OrdersTwin
from pixels_twin import GatedTwin, PixelCnnTwin
from vae_twin import VaeTwin

TWINS: Dict[str, Callable[[Files, Plan], Twin]] = {
    "vae": VaeTwin,
    "made": MadeTwin,
    "made-orders": OrdersTwin,
    "pixelcnn": PixelCnnTwin,
    "gated-pixelcnn": GatedTwin,
    "gpt": GptTwin,
}
# Largest differences of the check, as shares of the larger value. Adam's first steps make much of the rounding of small gradients.
SAME_PARAMETERS = 1e-4
AFTER_STEPS = 1e-3
CURVE_POINTS = 80
# Examples at a time, fewer where an estimator makes many rows of each.
LIKELIHOOD_BATCH = 50
LIKELIHOOD_ROWS = 3200


class Data:
    """A dataset's splits on the device, as bytes; examples become floats when they are taken."""

    def __init__(self, folder: str, scale: float, device: torch.device) -> None:
        files = Files(folder)
        self.splits = {
            name: files.read(name).to(device)
            for name in ("train", "validation", "test")
        }
        self.scale = scale

    def take(self, split: str, places: Any) -> Tensor:
        """Examples [N, *shape] in the data's range."""
        return self.splits[split][places].float() / self.scale


class Trial:
    """One work: a twin with all that it is trained on."""

    def __init__(self, folder: str, device: torch.device) -> None:
        with open(os.path.join(folder, "plan.json"), encoding="utf-8") as text:
            self.plan = json.load(text)
        self.device = device
        self.files = Files(folder)
        self.data = Data(
            os.path.join(folder, self.plan["data"]), self.plan["scale"], device
        )
        self.order = self.files.read("order").long().to(device)  # [steps, batch size]

    def build(self) -> Twin:
        """The twin with our initial parameters."""
        plan = self.plan
        built = Plan(
            plan["options"], tuple(plan["shape"]), plan["vocabulary"], plan["steps"]
        )
        return TWINS[plan["network"]](self.files, built).to(self.device)

    def given(self, prefix: str) -> Noise:
        """Noise of ours, by name."""
        names = [name for name in self.files.names() if name.startswith(prefix)]
        return {
            name[len(prefix) :]: self.files.read(name).to(self.device) for name in names
        }


class Training:
    """AdamW by a twin's recipe."""

    def __init__(self, twin: Twin) -> None:
        self.twin = twin
        self.optimiser = torch.optim.AdamW(
            twin.parameters(),
            betas=(0.9, twin.recipe.beta2),
            eps=1e-8,
            weight_decay=twin.recipe.weight_decay,
            foreach=True,
        )

    def step(self, x: Tensor, noise: Noise, step: int) -> Tensor:
        """One update; the loss that is reported."""
        recipe = self.twin.recipe
        minimised, reported = self.twin.losses(x, noise, step)
        self.optimiser.zero_grad(set_to_none=True)
        minimised.backward()
        if recipe.longest_gradient is not None:
            parameters = self.twin.parameters()
            torch.nn.utils.clip_grad_norm_(parameters, recipe.longest_gradient)
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.learning_rate(step)
        self.optimiser.step()
        return reported.detach()


def largest_difference(ours: List[float], theirs: List[float]) -> float:
    """The largest difference of two lists of numbers, each as a share of the larger one."""
    if len(ours) != len(theirs):
        raise ValueError(f"expected {len(ours)} numbers, got {len(theirs)}")
    pairs = zip(ours, finite("the check", theirs))
    return max(abs(a - b) / max(abs(a), abs(b), 1e-30) for a, b in pairs)


def finite(subject: str, values: List[float]) -> List[float]:
    """The values, where all of them are finite."""
    for place, value in enumerate(values):
        if not math.isfinite(value):
            raise FloatingPointError(f"{subject}: value {place} is {value}")
    return values


def check(trial: Trial) -> Dict[str, Any]:
    """Repeats our first steps, and the log-likelihoods before and after them, with our noise."""
    expected = trial.plan["check"]
    twin = trial.build()
    training = Training(twin)
    examples = trial.data.take("test", slice(0, len(expected["before"])))
    likelihood_noise = trial.given("check/likelihood/")

    def nats() -> List[float]:
        with torch.no_grad():
            return twin.log_likelihood(examples, likelihood_noise).tolist()

    before = nats()
    losses: List[float] = []
    for step in range(len(expected["losses"])):
        x = trial.data.take("train", trial.order[step])
        losses.append(training.step(x, trial.given(f"check/{step}/"), step).item())
    found = {
        "before": largest_difference(expected["before"], before),
        "losses": largest_difference(expected["losses"], losses),
        "after": largest_difference(expected["after"], nats()),
    }
    return {
        **found,
        "passed": found["before"] <= SAME_PARAMETERS
        and found["losses"] <= AFTER_STEPS
        and found["after"] <= AFTER_STEPS,
    }


def train(trial: Trial, generator: torch.Generator) -> Dict[str, Any]:
    """Trains to the end, then states the mean negative log-likelihood of validation and test examples."""
    start = time.perf_counter()
    twin = trial.build()
    training = Training(twin)
    losses = torch.empty(len(trial.order), device=trial.device)
    for step, places in enumerate(trial.order):
        x = trial.data.take("train", places)
        losses[step] = training.step(x, twin.noise(len(x), generator), step)
    found = finite("training loss", losses.tolist())
    seconds = time.perf_counter() - start
    size = max(1, len(found) // CURVE_POINTS)
    parts = [found[i : i + size] for i in range(0, len(found), size)]
    return {
        "seconds": round(seconds, 3),
        "curve": [round(sum(part) / len(part), 4) for part in parts],
        "validation": evaluate(trial, twin, "validation", generator),
        "test": evaluate(trial, twin, "test", generator),
    }


@torch.no_grad()
def evaluate(
    trial: Trial, twin: Twin, split: str, generator: torch.Generator
) -> Dict[str, Any]:
    """Mean negative log-likelihood of a split in nats, and the number of examples."""
    count = len(trial.data.splits[split])
    batch = max(1, min(LIKELIHOOD_BATCH, LIKELIHOOD_ROWS // twin.draws))
    total = 0.0
    for start in range(0, count, batch):
        x = trial.data.take(split, slice(start, start + batch))
        noise = twin.likelihood_noise(len(x), generator)
        total -= twin.log_likelihood(x, noise).double().sum().item()
    (nats,) = finite(f"log-likelihood of {split}", [total / count])
    return {"nats": nats, "count": count}


def run(folder: str, device: torch.device, check_only: bool) -> Dict[str, Any]:
    """What is to be said of a work; what goes wrong is said too."""
    line: Dict[str, Any] = {
        "work": os.path.basename(os.path.normpath(folder)),
        "torch": torch.__version__,
        "device": device_name(device),
    }
    try:
        trial = Trial(folder, device)
        line["steps"] = len(trial.order)
        line["check"] = check(trial)
        if check_only or not line["check"]["passed"]:
            return line
        generator = torch.Generator(device=device).manual_seed(trial.plan["seed"])
        return {**line, **train(trial, generator)}
    except Exception:  # whatever it is, the reader must hear of it
        return {**line, "error": traceback.format_exc()}


def device_name(device: torch.device) -> str:
    """The name of a GPU, else the kind of device."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def works_of(arguments: argparse.Namespace) -> List[str]:
    """The folders of the works that were asked for."""
    if arguments.work is not None:
        return [arguments.work]
    parent = os.path.join(arguments.works, "works")
    return [os.path.join(parent, name) for name in sorted(os.listdir(parent))]


def in_process(arguments: argparse.Namespace, work: str) -> None:
    """Does one work in a process of its own, and prints its line."""
    command = [sys.executable, os.path.abspath(__file__), "--work", work]
    command += ["--device", arguments.device, "--threads", str(arguments.threads)]
    command += ["--check"] if arguments.check else []
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8")
    failed = {"work": os.path.basename(work), "error": f"ended: {done.returncode}"}
    sys.stdout.write(done.stdout if done.returncode == 0 else json.dumps(failed) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--work", help="folder of one work")
    which.add_argument("--works", help="folder that was exported, with all works")
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    parser.add_argument("--processes", type=int, default=1, help="works at once")
    parser.add_argument("--check", action="store_true", help="check, do not train")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    works = works_of(arguments)
    if arguments.processes > 1:
        with ThreadPoolExecutor(arguments.processes) as pool:
            list(pool.map(lambda work: in_process(arguments, work), works))
        return
    for work in works:
        line = run(work, torch.device(arguments.device), arguments.check)
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
