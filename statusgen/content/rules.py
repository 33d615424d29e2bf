"""The rules that reading holds files to, before any of them means something."""

from __future__ import annotations

from statusgen.findings import Rule, Severity

SYNTAX = Rule(
    "yaml-syntax",
    "The file is YAML.",
    "A file that cannot be read says nothing. The place is where the reader lost the thread; "
    "the cause is often a line earlier.",
    "title: Storing: login",
)
TOO_LARGE = Rule(
    "file-too-large",
    "A file is at most 256 kB.",
    "One announcement a file keeps files small; a larger one is a mistake.",
    "(a log file saved as content/incidents/2026/log.yaml)",
)
ENCODING = Rule(
    "not-utf8",
    "Files are UTF-8 text.",
    "Save the file as UTF-8 (in most editors: Save with encoding).",
    "(a file saved as UTF-16 or Latin-1)",
)
CHARACTER = Rule(
    "forbidden-character",
    "Text holds no tabs and no control characters.",
    "Use spaces instead of tabs, and leave out characters that cannot be seen: feeds and "
    "calendars refuse them.",
    "title: a title with a tab\tin it",
)
DOCUMENTS = Rule(
    "one-document",
    "A file holds one document.",
    "Put each announcement in a file of its own; leave out a `---` in the middle.",
    "title: One\n---\ntitle: Two",
)
TOO_DEEP = Rule(
    "nested-too-deep",
    "Values are nested at most 16 levels deep.",
    "No field of the format is that deep: there is a bracket or an indentation too many.",
    "components: [[[[[[[[[[[[[[[[[dashboard]]]]]]]]]]]]]]]]]",
)
EXTRAS = Rule(
    "yaml-extras",
    "Anchors, aliases, tags and merge keys are not used.",
    "They make a file mean something that its reader does not see: write the value out. "
    "Put quotes round text that starts with `&`, `*` or `!`.",
    "title: &title Storing\ntext: *title",
)
COMMENT_IN_TEXT = Rule(
    "comment-in-text",
    "Text is not cut off by a `#`.",
    "After a space, `#` begins a comment and the rest would silently be lost. Put quotes round "
    "the text; if it is a comment, put a space after the `#`.",
    "text: Zie ticket #2041 voor meer",
)
KEY = Rule(
    "key-not-text",
    "Keys are plain text.",
    "A key is a name from the format, not a list or a mapping, and not empty.",
    "{[a, b]: c}",
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    "A key stands once.",
    "Of two, one would silently win: keep the right one.",
    "start: 2026-11-25 21:00\nstart: 2026-11-25 22:00",
)
UNKNOWN_KEY = Rule(
    "unknown-key",
    "Only keys of the format are used.",
    "A mistyped key would silently do nothing. The nearest known one is offered.",
    "titel: Database-upgrade",
)
MISSING_KEY = Rule(
    "missing-key",
    "Keys that are needed are there.",
    "Without it the document says too little to be shown or judged.",
    "components: [server]      # a maintenance without title, start and end",
)
WRONG_TYPE = Rule(
    "wrong-type",
    "A value has the form that its key takes.",
    "A list, a mapping and a piece of text are three different things.",
    "components: {server}      # takes a list or `id: status`",
)
UNKNOWN_VALUE = Rule(
    "unknown-value",
    "A value that is chosen from a list is on that list.",
    "The nearest one is offered.",
    "status: solved            # of an update: investigating, identified, monitoring, resolved",
)
BAD_VALUE = Rule(
    "bad-value",
    "A value is written as its key takes it.",
    "The message says which form is taken.",
    "duration: two hours       # takes 2h, 90m, 1d 4h or PT2H",
)
EMPTY_TEXT = Rule(
    "empty-text",
    "Text is not empty.",
    "Leave the key out instead.",
    'title: ""',
)
TEXT_TOO_LONG = Rule(
    "text-too-long",
    "A text is at most 20,000 characters.",
    "Put more than that on a page of its own and link to it.",
    "text: (a log of 100 kB)",
)
UNKNOWN_LANGUAGE = Rule(
    "unknown-language",
    "Text is in the languages of the site.",
    "The languages are listed in site.yaml.",
    "title: {nl: Storing, de: Störung}",
)
DATE_WITHOUT_TIME = Rule(
    "date-without-time",
    "A moment has a time of day.",
    "Say at what time, in wall time of the site's zone or with an offset.",
    "start: 2026-11-25",
)
TIME_SKIPPED = Rule(
    "time-skipped",
    "A wall time exists.",
    "When the clock goes forward an hour is skipped: a time in it was never on any clock.",
    "start: 2026-03-29 02:30   # Europe/Amsterdam",
)
TIME_DOUBLED = Rule(
    "time-doubled",
    "A wall time names one moment.",
    "When the clock goes back an hour comes twice: add the offset that is meant.",
    "start: 2026-10-25 02:30   # Europe/Amsterdam",
)
TIME_OUT_OF_RANGE = Rule(
    "time-out-of-range",
    "Moments lie from 1970 up to 2200.",
    "Check the year.",
    "start: 20226-11-25 21:00",
)
END_NOT_AFTER_START = Rule(
    "end-not-after-start",
    "What ends does so after it starts.",
    "Check both moments; for something over midnight the end is on the next day.",
    "start: 2026-11-25 23:00\nend: 2026-11-25 01:00",
)
TOO_LONG = Rule(
    "lasts-too-long",
    "What is planned lasts, and is shown ahead, for at most 366 days.",
    "Longer is a slip of the pen: check the year, or the unit of the duration.",
    "start: 2026-11-25 21:00\nend: 2028-11-25 23:00",
)
END_OR_DURATION = Rule(
    "end-or-duration",
    "A maintenance has either an end or a duration.",
    "Two ways to say the same can differ, none says nothing.",
    "start: 2026-11-25 21:00\nend: 2026-11-25 23:00\nduration: 1h",
)
UNKNOWN_COMPONENT = Rule(
    "unknown-component",
    "Components are those of components.yaml.",
    "The nearest one is offered.",
    "components: [dashbord]",
)
DUPLICATE_ID = Rule(
    "duplicate-id",
    "An id is used once.",
    "The id of an event is its file's name, unique over incidents, maintenance and schedules, "
    "since addresses, feeds and calendars go by it.",
    "(incidents/2026/storing.yaml beside maintenance/2026/storing.yaml)",
)
BAD_ID = Rule(
    "bad-id",
    "Ids are short and plain.",
    "They become addresses: lower-case letters, digits and single hyphens, at most 80, "
    "and none that Windows keeps for a device, such as con or com1.",
    "(incidents/2026/Storing Dashboard!.yaml)",
)
BAD_RECURRENCE = Rule(
    "bad-recurrence",
    "A recurrence rule is one of RFC 5545 that recurs daily at the most.",
    "It takes FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, BYDAY, BYMONTHDAY, "
    "BYMONTH, BYYEARDAY, BYWEEKNO, BYSETPOS and WKST.",
    "rrule: FREQ=MINUTELY",
)
FIRST_NOT_ON_RULE = Rule(
    "first-not-on-rule",
    "A schedule first runs on a day of its rule.",
    "Otherwise that first day silently has no maintenance.",
    "rrule: FREQ=WEEKLY;BYDAY=FR\nfirst: 2026-01-08 22:00   # a Thursday",
)
NO_OCCURRENCE = Rule(
    "no-such-occurrence",
    "Exceptions, changes and updates name a day on which the schedule recurs.",
    "Otherwise they would silently do nothing.",
    "rrule: FREQ=WEEKLY;BYDAY=TH\nexcept: [2026-12-23]     # a Wednesday",
)
UNKNOWN_HOLIDAYS = Rule(
    "unknown-holidays",
    "The public holidays of the agreement's country are known.",
    "NL is built in; for other countries install the extra: statusgen[holidays].",
    "holidays: XX",
)
MISSING_FILE = Rule(
    "missing-file",
    "site.yaml, sla.yaml and components.yaml are there.",
    "Without them there is no site; `content/` of this project is an example.",
    "(a folder with announcements only)",
)
UNKNOWN_FILE = Rule(
    "unknown-file",
    "Files lie where they are read.",
    "A file elsewhere would silently be left out: move or rename it. "
    "Names that start with a dot are passed over.",
    "(content/incident/2026/storing.yaml: the folder is called incidents)",
)
NOT_A_FILE = Rule(
    "not-a-file",
    "Content is made of plain files and folders.",
    "A folder named like a file, a device, a pipe or a broken link cannot be read as one.",
    "(a folder called content/site.yaml)",
)
OUTSIDE_LINK = Rule(
    "link-outside",
    "Links stay inside the content folder.",
    "A link that leads out could publish what is not meant for the site: copy the file in.",
    "(content/pages/terms.nl.md linked to a home folder)",
)
UNREADABLE = Rule(
    "unreadable-file",
    "Files can be read.",
    "Check the permissions of the file and of its folder.",
    "(a file with mode 0000)",
)
BAD_HEADER = Rule(
    "page-header",
    "A page starts with a small header.",
    "Three hyphens, `title: ...`, three hyphens, then the text in Markdown.",
    "# Terms                   # in pages/terms.nl.md",
)
MEASUREMENTS = Rule(
    "unreadable-measurements",
    "The measurements of a month can be read.",
    "Take the file back from where it was last whole, or remove it: until then nothing of that "
    "time was seen, and the site is built without it.",
    "(measurements/home/2026-10.json, cut off halfway)",
    severity=Severity.WARNING,
)

RULES = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
