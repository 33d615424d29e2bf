"""Let the fuzzer look for content that breaks the reader, for a number of seconds.

It needs atheris, which is no part of what is locked: `pip install atheris` into .venv. What it
found of use it leaves in the corpus folder that is named; what breaks, in the current folder.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path


def main() -> None:
    """Ends with a traceback and a file crash-... at the first input that breaks something."""
    try:
        import atheris
    except ImportError:
        sys.exit("make fuzz needs atheris: .venv/bin/pip install atheris==3.0.0")
    with atheris.instrument_imports(include=["statusgen"]):
        from tests.fuzz.target import BYTES, CORPUS, input_of, judge
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    found = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp())
    found.mkdir(parents=True, exist_ok=True)
    for path, data in BYTES.items():
        (found / path.replace("/", "-")).write_bytes(input_of(path, data))
    for example in CORPUS.iterdir():
        shutil.copy(example, found)
    limits = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048"]
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as words:
        words.writelines(f'"{word}"\n' for word in sorted(_words(BYTES.values())))
        words.flush()
        more = ["-len_control=0", f"-dict={words.name}"]
        atheris.Setup([sys.argv[0], str(found), *limits, *more], lambda data: judge(data) and None)
        atheris.Fuzz()


def _words(files: Iterable[bytes]) -> set[str]:
    """The words of the format, for the fuzzer to put together."""
    text = b"\n".join(files).decode()
    return {*re.findall(r"[A-Za-z_-]{2,20}:?", text), *re.findall(r"[0-9][0-9:-]{2,20}", text)}


if __name__ == "__main__":
    main()
