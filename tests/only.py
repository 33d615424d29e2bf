"""A site of some outputs only: what a test does not look at need not be made."""

from __future__ import annotations

from statusgen.outputs import OUTPUTS


def only(*names: str) -> str:
    """The line of site.yaml that switches off all other outputs."""
    assert set(names) <= OUTPUTS.keys()
    return f"outputs: {{{', '.join(f'{name}: false' for name in OUTPUTS if name not in names)}}}\n"
