"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from benchmarks.performance.sides import STOCK_PYTHON


def description() -> dict[str, str]:
    """The processor, its cores, the memory, and the versions of what matters."""
    return {
        "measured": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _value(Path("/proc/cpuinfo"), "model name") or platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(_value(Path('/proc/meminfo'), 'MemTotal').split()[0]) * 1024 / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Rasa": version("rasa"),
        "TensorFlow (stock)": _stock_version("tensorflow"),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def _value(path: Path, name: str) -> str:
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "")


def _stock_version(package: str) -> str:
    found = (STOCK_PYTHON.parents[1] / "lib").glob(f"python3*/site-packages/{package}-[0-9]*.dist-info")
    return next((path.name.split("-")[1].removesuffix(".dist") for path in found), "")
