"""The peer: reads commands from standard input, one JSON object a line, and answers on standard output in the same way.

hello                    -> versions, threads and libraries
open   {work, folder}    -> {} once the work's arrays are read
units  {first, count}    -> {losses}: of each unit in turn
time   {first, seconds}  -> {units, seconds}: whole units until the time is up
draw   {file}            -> {} once the samples are written as float32
close                    -> {}: forgets the work
"""

import gc
import json
import os
import platform
import sys
import time
import traceback
from typing import Any, Callable, Dict, List, Optional

import numpy as np
import torch

import works
from files import Files
from work import Work


class Peer:
    """Holds the work that is open."""

    def __init__(self) -> None:
        self.work: Optional[Work] = None

    def hello(self) -> Dict[str, Any]:
        return {
            "torch": torch.__version__,
            "python": platform.python_version(),
            "threads": torch.get_num_threads(),
            "libraries": blas_libraries(),
            "mkl": torch.backends.mkl.is_available(),
            "coreType": os.environ.get("OPENBLAS_CORETYPE"),
        }

    def open(self, work: str, folder: str) -> Dict[str, Any]:
        self.work = works.open_work(work, Files(folder))
        return {}

    def units(self, first: int, count: int) -> Dict[str, Any]:
        losses: List[List[float]] = [
            self.opened().unit(first + i) for i in range(count)
        ]
        return {"losses": losses}

    def time(self, first: int, seconds: float) -> Dict[str, Any]:
        work = self.opened()
        units = 0
        start = time.perf_counter()
        while True:
            work.unit(first + units)
            units += 1
            taken = time.perf_counter() - start
            if taken >= seconds:
                return {"units": units, "seconds": taken}

    def draw(self, file: str) -> Dict[str, Any]:
        samples = self.opened().draw().to(torch.float32).contiguous()
        samples.numpy().astype(np.float32).tofile(file)
        return {}

    def close(self) -> Dict[str, Any]:
        self.work = None
        gc.collect()
        return {}

    def opened(self) -> Work:
        if self.work is None:
            raise RuntimeError("no work is open")
        return self.work


def blas_libraries() -> List[str]:
    """Names of the BLAS libraries that this process has loaded, where the system can tell."""
    torch.mm(torch.ones(64, 64), torch.ones(64, 64))
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            paths = {line.split()[-1] for line in maps if "/" in line}
    except OSError:
        return []
    names = {os.path.basename(os.path.realpath(path)) for path in paths}
    return sorted(name for name in names if "blas" in name or "mkl" in name)


def main() -> None:
    torch.set_num_threads(1)
    peer = Peer()
    commands: Dict[str, Callable[..., Dict[str, Any]]] = {
        name: getattr(peer, name)
        for name in ("hello", "open", "units", "time", "draw", "close")
    }
    for line in sys.stdin:
        request = json.loads(line)
        command = request.pop("command")
        try:
            answer = commands[command](**request)
        except Exception:  # whatever it is, the other side must hear of it
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
