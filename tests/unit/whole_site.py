"""A content folder that has every kind of document, and about every key of each."""

from __future__ import annotations

FILES: dict[str, str] = {
    "site.yaml": """\
name: {nl: Voorbeeld Status, en: Example Status}
url: https://status.voorbeeld.example/
organization: {name: Voorbeeld BV, url: https://www.voorbeeld.example/}
timezone: Europe/Amsterdam
languages: [nl, en]
notice: {nl: Dit is een voorbeeld., en: This is an example.}
horizon: 60d
support:
  hours: {days: mon-fri, from: 08:30, to: 17:00}
  channels:
    - {kind: email, value: support@voorbeeld.example}
    - {kind: phone, value: "+31 00 000 00 00", for: emergency}
  excluded: [CAOScan]
""",
    "sla.yaml": """\
title: {nl: Overeenkomst, en: Agreement}
valid_from: 2026-01-01
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  holidays: NL
  counts: {major_outage: 1, partial_outage: 0.5}
maintenance:
  windows:
    - {days: mon-thu, from: 17:30, to: 08:30}
    - {from: fri 17:30, to: mon 08:30}
  holidays_open: true
  notice: 24h
tickets: {register_within: 24h}
reports: {late_after: 24h}
calamities: {update_every: 1h}
backups: {every: 24h, keep: 60d, locations: 2, region: EEA}
""",
    "components.yaml": """\
groups:
  - id: platform
    name: Platform
    components:
      - id: server
        name: Server
        sla: true
        probe: {url: https://app.voorbeeld.example/, expect: {status: 200, within: 5s}}
      - {id: dashboard, name: Dashboard}
""",
    "incidents/2026/storing.yaml": """\
title: {nl: Storing, en: Disruption}
components:
  dashboard: degraded_performance
started: 2026-11-23 14:58
ended: 2026-11-23 16:10
reported: 2026-11-23 15:00
excluded: {ground: customer-fault, reason: {nl: Eigen fout., en: Own fault.}}
unreachable: [{from: 2026-11-23 15:10, to: 2026-11-23 15:40}]
updates:
  - at: 2026-11-23 15:03
    status: investigating
    text:
      nl: |
        Pagina's laden langzamer.
      en: |
        Pages load slowly.
  - {at: 2026-11-23 16:10, status: resolved, components: {server: partial_outage}}
""",
    "maintenance/2026/upgrade.yaml": """\
title: {nl: Database-upgrade, en: Database upgrade}
kind: restore
recovery_point: 2026-11-25 02:00
components: [server, dashboard]
start: 2026-11-25 21:00
end: 2026-11-25 23:00
announced: 2026-11-20 10:00
effect: none
actual: {start: 2026-11-25 21:05, end: 2026-11-25 22:40}
updates:
  - {at: 2026-11-20 10:00, status: scheduled}
override: {reason: {nl: Lek., en: Leak.}, approved_by: Directie}
""",
    "schedules/updates.yaml": """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-01-08 22:00
duration: 1h
announced: 2025-12-20 10:00
until: 2026-12-31
except: [2026-12-24]
changes:
  2026-12-03: {start: 2026-12-05 08:00, duration: 2h}
""",
    "backups/2026-11.yaml": """\
- {at: 2026-11-22 02:00, ok: true, locations: [NL, DE]}
- {at: 2026-11-23 02:00, ok: false, note: {nl: Vol., en: Full.}}
""",
    "pages/terms.nl.md": """\
---
title: Voorwaarden
---

De tekst.
""",
}
