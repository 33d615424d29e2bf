"""Why an answer was not good, in words that somebody who is woken by them understands."""

from __future__ import annotations

_WORDS = {
    "connect": "nobody takes the connection",
    "broken": "the connection breaks off, or what answers is no HTTP",
    "unreachable": "there is no way to it",
    "dns": "its name is not found",
    "address": "its name has another address",
    "redirect": "it redirects elsewhere",
    "text": "the wanted text is not in the answer",
    "json": "the wanted value is not in the answer",
    "timeout": "no answer in time",
    "slow": "it answers too slowly",
    "tls": "its encryption fails",
    "tls expired": "its certificate has expired",
    "tls name": "its certificate is for another name",
    "tls untrusted": "its certificate is not trusted",
}


def in_words(why: str) -> str:
    """The reasons of a verdict, ``", "`` between them; what says enough stays: ``status 503``."""
    return ", ".join(_WORDS.get(reason, reason) for reason in why.split(", "))
