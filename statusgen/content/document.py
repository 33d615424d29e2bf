"""What one file of a content folder becomes, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from statusgen.content import strict_yaml
from statusgen.content.context import Context
from statusgen.content.names import id_of, is_page
from statusgen.content.shelf import Read
from statusgen.content.source import Source
from statusgen.content.validation import validate

_Kind = tuple[type[BaseModel], Callable[[Any, Source], Any]]


def read_document(path: str, data: bytes, context: Context) -> Read:
    """The part of the model in a file that ``is_document``, None where it cannot be made out."""
    if is_page(path):
        from statusgen.content.pages import read_page

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
    """The kind of document at that path, and how it becomes a part of the model.

    Only that kind is imported: documents take time to set up, and often one file is read.
    """
    folder, inside, _ = path.partition("/")
    if inside:
        return _in_folder(folder)
    if path == "notify.yaml":
        from statusgen.content import channels

        languages = context.languages or ("",)
        return channels.NotifyDocument, lambda d, to: channels.subscriptions(d, to, languages)
    if path == "monitoring.yaml":
        from statusgen.content import monitoring

        return monitoring.MonitoringDocument, monitoring.monitoring
    return _of_site(path, context)


def _in_folder(name: str) -> _Kind:
    from statusgen.content import event_documents as docs
    from statusgen.content import events

    kinds: dict[str, _Kind] = {
        "incidents": (docs.IncidentDocument, events.incident),
        "maintenance": (docs.MaintenanceDocument, events.maintenance),
        "schedules": (docs.ScheduleDocument, events.schedule),
        "backups": (docs.BackupsDocument, events.backups),
    }
    return kinds[name]


def _of_site(name: str, context: Context) -> _Kind:
    from statusgen.content import site
    from statusgen.content import site_documents as docs

    kinds: dict[str, _Kind] = {
        "site.yaml": (docs.SiteDocument, site.site),
        "components.yaml": (docs.ComponentsDocument, site.groups),
        "sla.yaml": (docs.AgreementDocument, lambda d, to: site.agreement(d, to, context.zone)),
    }
    return kinds[name]
