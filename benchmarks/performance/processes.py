"""What processes take, by Linux's /proc: memory and processor time of one and of everything that it started."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
NAMES = {
    "runtime.up": "supervisor",
    "runtime.rasa_server": "Rasa server",
    "runtime.action_server": "action server",
    "channels.app": "web service",
    "multiprocessing": "web service",  # its workers, where there are several
    "-m rasa run": "Rasa server",
    "-m rasa_sdk": "action server",
}


def family(pids: Iterable[int]) -> set[int]:
    """These processes and all that they have started, which still run."""
    children: dict[int, list[int]] = defaultdict(list)
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            children[int(_after_name(path)[1])].append(int(path.parent.name))
    found, waiting = set(), list(pids)
    while waiting:
        found.add(pid := waiting.pop())
        waiting += children[pid]
    return found


def memory(pids: Iterable[int]) -> float:
    """Megabytes of all of them: what several share is counted once (proportional set size)."""
    return round(sum(memory_by_name(pids).values()), 1)


def memory_by_name(pids: Iterable[int]) -> Counter[str]:
    """The same for each kind of them."""
    taken: Counter[str] = Counter()
    for pid in family(pids):
        with suppress(OSError):  # ended meanwhile
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
            kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            taken[_name(pid)] += round(kilobytes * 1024 / 1e6, 1)  # type: ignore[assignment]
    return taken


def processor_seconds(pids: Iterable[int]) -> Counter[str]:
    """How long each kind of them has had a core so far."""
    used: Counter[str] = Counter()
    for pid in family(pids):
        with suppress(OSError):
            fields = _after_name(PROC / str(pid) / "stat")
            used[_name(pid)] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # type: ignore[assignment]
    return used


def _name(pid: int) -> str:
    command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return next((name for part, name in NAMES.items() if part in command), "others")


def _after_name(stat: Path) -> list[str]:
    """The fields from the third on; the second, the name, may hold blanks."""
    return stat.read_text().rpartition(") ")[2].split()
