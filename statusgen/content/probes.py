"""Probes as they are written beside a component in components.yaml."""

from __future__ import annotations

from urllib.parse import urlsplit

from statusgen.content import rules
from statusgen.content.site_documents import JsonFieldDocument, ProbeDocument
from statusgen.content.source import Source
from statusgen.findings import Key
from statusgen.model.probes import DnsProbe, HttpProbe, JsonField, Probe, TcpProbe

_EXPECTED = {
    "url": ("status", "within", "contains", "json", "redirect", "certificate"),
    "tcp": ("within",),
    "dns": ("within", "address"),
}


def probe(document: ProbeDocument, source: Source, *keys: Key) -> Probe | None:
    """The probe that stands at those keys; None, with findings, when it is not one."""
    before = len(source.found)
    given = [kind for kind in _EXPECTED if getattr(document, kind) is not None]
    if len(given) != 1:
        said = " and ".join(f"`{kind}`" for kind in given) or "none"
        message = f"A probe is one of `url`, `tcp` and `dns`; here is {said}."
        source.found.append(rules.BAD_VALUE.found(source.at(*keys), message, _ONE))
        return None
    _judge_expectation(given[0], document, source, *keys, "expect")
    _judge_address(document.url, source, *keys, "url")
    _judge_address(document.expect.redirect, source, *keys, "expect", "redirect")
    return _probe(document) if len(source.found) == before else None


_ONE = "Keep the one by which it is seen best; what else is to be watched is a component too."


def _judge_expectation(kind: str, document: ProbeDocument, source: Source, *keys: Key) -> None:
    for key in document.expect.model_dump(by_alias=True, exclude_none=True):
        if key not in _EXPECTED[kind]:
            message = f"An answer to `{kind}` has no `{key}`."
            help = f"It takes {', '.join(f'`{known}`' for known in _EXPECTED[kind])}."
            place = source.at(*keys, key)
            source.found.append(rules.BAD_VALUE.found(place, message, help))
    if document.expect.certificate and (document.url or "").lower().startswith("http:"):
        message = "An answer over `http:` comes without a certificate."
        help = "Probe the address that starts with `https://`, or leave this out."
        place = source.at(*keys, "certificate")
        source.found.append(rules.BAD_VALUE.found(place, message, help))


def _judge_address(address: str | None, source: Source, *keys: Key) -> None:
    if address and "@" in urlsplit(address).netloc:
        message = "The address of a probe has no name or password in it."
        help = "The content is read by everyone: probe a page that is open, such as /health."
        source.found.append(rules.BAD_VALUE.found(source.at(*keys), message, help))


def _probe(document: ProbeDocument) -> Probe:
    expect = document.expect
    if document.tcp:
        return TcpProbe(*document.tcp, expect.within)
    if document.dns:
        return DnsProbe(document.dns, expect.address, expect.within)
    return HttpProbe(
        url=document.url or "",
        status=expect.status or 200,
        within=expect.within,
        contains=expect.contains,
        field=_field(expect.json_field) if expect.json_field else None,
        redirect=expect.redirect,
        certificate=expect.certificate,
    )


def _field(document: JsonFieldDocument) -> JsonField:
    return JsonField(tuple(document.field.split(".")), document.value)
