"""Why an answer was not good, in words."""

from __future__ import annotations

import re

from statusgen.monitor.reasons import in_words
from tests.docs import ROOT


def test_reasons_are_told_in_words_and_what_says_enough_stays() -> None:
    assert in_words("connect") == "nobody takes the connection"
    assert in_words("unsteady, tls expired") == "unsteady, its certificate has expired"
    assert in_words("status 503") == "status 503"
    assert in_words("certificate 3 days") == "certificate 3 days"


def test_every_reason_that_the_documents_name_has_words() -> None:
    table = (ROOT / ".github/docs/probes.md").read_text().split("## What is seen")[1]
    rows = [line for line in table.split("## ")[0].splitlines() if line.startswith("| `")]
    named = {why for row in rows for why in re.findall(r"`([^`]+)`", row.split("|")[2])}
    assert {"connect", "tls untrusted", "slow"} <= named
    assert {why for why in named if in_words(why) == why} == {"status 503", "certificate 3 days"}
