"""Run statusgen; what runs until it is stopped is stopped, kindly, once it has said something."""

from __future__ import annotations

import signal
import subprocess
import sys

command = [sys.executable, "-m", "statusgen", *sys.argv[1:]]
runs_on = {"serve", "monitor", "--watch"} & {*sys.argv} and not {"--once", "--test"} & {*sys.argv}
if not runs_on:
    raise SystemExit(subprocess.run(command, check=False).returncode)
with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
    assert running.stdout
    print(running.stdout.readline().decode(), end="", flush=True)
    running.send_signal(signal.SIGINT)
    raise SystemExit(running.wait())
