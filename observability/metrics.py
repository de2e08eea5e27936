"""The figures of each process, in Prometheus' format. All of them are here; those who count import them.

No label holds anything of a customer's, and each has few values. What stands in the database is asked for when
somebody scrapes (`channels.metrics`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import exposition as prometheus
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder through which the workers of one process add up their figures (read by prometheus_client)."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

# The web service
TURNS = Counter("assistant_turns", "Customers' messages that the assistant has settled.", ["outcome"])
NOTICES = Counter("assistant_notices", "Tries in which no answer came, or none in time.", ["reason"])
TURN_SECONDS = Histogram("assistant_turn_seconds", "From taking up a message to its stored answer.", buckets=SECONDS)
HANDOVERS = Counter("assistant_handovers", "How often a person was wanted, or stepped in.", ["reason"])
MESSAGES = Counter("assistant_messages_stored", "Messages stored, by who wrote them.", ["author"])
CHATWOOT_DELIVERIES = Counter("assistant_chatwoot_deliveries", "What came from Chatwoot.", ["outcome"])
CHATWOOT_CALLS = Counter("assistant_chatwoot_calls", "What Chatwoot was told.", ["outcome"])
CONNECTIONS = Gauge("assistant_connections", "Open pages.", ["of"], multiprocess_mode="livesum")

# The action server
ACTION_SECONDS = Histogram("assistant_action_seconds", "One run of an action.", ["action"], buckets=SECONDS)
DECISIONS = Counter("assistant_decisions", "Decisions told to customers.", ["wish", "outcome"])
NOT_UNDERSTOOD = Counter("assistant_not_understood", "Messages that the assistant asked back about.", ["time"])

# Several of them
PART_SECONDS = Histogram("assistant_part_seconds", "One part of a turn.", ["part"], buckets=SECONDS)
REQUESTS = Counter("assistant_requests_filed", "Requests filed, by kind.", ["kind"])
ERRORS = Counter("assistant_errors", "Warnings and errors in the log.", ["level", "logger", "error"])

RASA_CALL = PART_SECONDS.labels("rasa_call")
STORING = PART_SECONDS.labels("storing")
READING = PART_SECONDS.labels("reading")
DATABASE = PART_SECONDS.labels("actions_database")
DECIDING = PART_SECONDS.labels("deciding")


def exposition(*more: Collector) -> bytes:
    """All figures of this process and its fellow workers, and what `more` collects, as Prometheus reads them."""
    registry = CollectorRegistry()
    for collector in more:
        registry.register(collector)
    if folder := os.environ.get(SHARED):
        _forget_gauges_of_the_dead(folder)
        MultiProcessCollector(registry)
        return prometheus.generate_latest(registry)
    return prometheus.generate_latest(REGISTRY) + prometheus.generate_latest(registry)


def _forget_gauges_of_the_dead(folder: str) -> None:
    """A killed worker's connections are gone; what it has counted stays counted."""
    for pid in _pids_with_gauges(folder):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)
        except PermissionError:
            pass  # it lives


def _pids_with_gauges(folder: str) -> Iterator[int]:
    for name in os.listdir(folder):
        if name.startswith("gauge_live"):
            yield int(name.removesuffix(".db").rpartition("_")[2])
