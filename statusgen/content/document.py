"""What one file of a content folder becomes, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from statusgen.content import documents as docs
from statusgen.content import events, site, strict_yaml
from statusgen.content.context import Context
from statusgen.content.names import id_of, is_page
from statusgen.content.pages import read_page
from statusgen.content.shelf import Read
from statusgen.content.source import Source
from statusgen.content.validation import validate

_Kind = tuple[type[BaseModel], Callable[[Any, Source], Any]]


def read_document(path: str, data: bytes, context: Context) -> Read:
    """The part of the model in a file that ``is_document``, None where it cannot be made out."""
    if is_page(path):
        return read_page(path, data, context)
    value, found = strict_yaml.parse(data, path)
    if found:
        return None, found
    kind, become = _kind(path, context)
    document, found = validate(kind, value, path, context)
    if document is None:
        return None, found
    return become(document, Source(path, id_of(path), found)), found


def _kind(path: str, context: Context) -> _Kind:
    """The kind of document at that path, and how it becomes a part of the model."""
    top = path.partition("/")[0]
    if top in _KINDS:
        return _KINDS[top]
    if top == "sla.yaml":
        return docs.AgreementDocument, lambda said, to: site.agreement(said, to, context.zone)
    # Few sites have one of these, and their documents take time to set up.
    if top == "notify.yaml":
        from statusgen.content import channels

        languages = context.languages or ("",)
        return channels.NotifyDocument, lambda d, to: channels.subscriptions(d, to, languages)
    from statusgen.content import monitoring

    return monitoring.MonitoringDocument, monitoring.monitoring


_KINDS: dict[str, _Kind] = {
    "site.yaml": (docs.SiteDocument, site.site),
    "components.yaml": (docs.ComponentsDocument, site.groups),
    "incidents": (docs.IncidentDocument, events.incident),
    "maintenance": (docs.MaintenanceDocument, events.maintenance),
    "schedules": (docs.ScheduleDocument, events.schedule),
    "backups": (docs.BackupsDocument, events.backups),
}
