"""Whole builds that are killed, starved and disturbed; `make faults` does so a thousand times."""
