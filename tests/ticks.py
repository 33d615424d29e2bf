"""The system's clock, by which changes of files are told apart."""

from __future__ import annotations

from pathlib import Path


def let_the_clock_go_on(probe: Path) -> None:
    """Until the system would tell a change from one before; its clock has ticks."""
    probe.touch()
    began = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == began:
        probe.chmod(0o600)
    probe.unlink()
