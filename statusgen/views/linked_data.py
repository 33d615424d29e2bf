"""What search engines read of a page: JSON-LD in the words of schema.org."""

from __future__ import annotations

from markupsafe import Markup

from statusgen import civil
from statusgen.json_file import json_text
from statusgen.markup import shortened
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.views.viewpoint import Viewpoint

LONGEST = 300


def maintenance_data(view: Viewpoint, maintenance: Maintenance, path: str) -> Markup | None:
    """An ``Event`` of a maintenance that is to come, or that was called off before its moment.

    It is the text of a ``script`` element of type ``application/ld+json``, and safe there.
    https://schema.org/Event
    """
    state = maintenance.status(view.now)
    called_off = state is MaintenanceStatus.CANCELLED and view.now < maintenance.planned.start
    if not (called_off or state is MaintenanceStatus.SCHEDULED):
        return None
    site, prose = view.content.site, view.prose(maintenance.text)
    address = f"{site.url}{path}"
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": str(view.words(maintenance.title)),
        "description": shortened(prose.plain, LONGEST) if prose else None,
        "startDate": civil.iso(maintenance.planned.start),
        "endDate": civil.iso(maintenance.planned.end),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if called_off else 'Scheduled'}",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": _organizer(view),
        "inLanguage": view.words(maintenance.title).lang or view.language.tag,
        "url": address,
    }
    # No character of it has a meaning in HTML, such as those of ``</script>``.
    return Markup(json_text({name: value for name, value in data.items() if value}))


def _organizer(view: Viewpoint) -> dict[str, str] | None:
    organization = view.content.site.organization
    if organization is None:
        return None
    named = {"@type": "Organization", "name": organization.name}
    return {**named, "url": organization.url} if organization.url else named
