"""Questions on a terminal, for what flags did not say."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn, TypeVar

import click

from statusgen.cli.answers import line, paragraphs
from statusgen.content import rules
from statusgen.content.suggestions import nearest
from statusgen.content.values import BadValue

with suppress(ImportError):  # not there on every system
    import readline  # noqa: F401  (it makes arrow keys work while an answer is typed)

Answer = TypeVar("Answer")


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def missing(given: Mapping[str, object]) -> list[str]:
    """The options without a value, when there is nobody to ask for it."""
    return [] if on_terminal() else [option for option, value in given.items() if not value]


def need(given: Mapping[str, object], hint: str = "") -> None:
    """End with status 2, naming the options that lack, unless they can be asked for."""
    lacking = missing(given)
    if lacking:
        said = f"Missing {', '.join(lacking)}; on a terminal you are asked. {hint}"
        raise click.UsageError(said.strip())


def ask(question: str, read: Callable[[str], Answer], default: str = "") -> Answer:
    """The answer, asked for again until it can be read."""
    while True:
        typed = _typed(question, default)
        try:
            return read(typed)
        except BadValue as error:
            click.echo(f"  {error.message} {error.help}".rstrip(), err=True)


def ask_words(question: str, languages: Sequence[str], *, needed: bool = True) -> dict[str, str]:
    """Words of one line in each language; all but the first can be left for later."""
    return _ask_in_languages(question, languages, needed, _one_line)


def ask_text(question: str, languages: Sequence[str], *, needed: bool = True) -> dict[str, str]:
    """Words of some lines in each language, each ended by an empty line."""
    return _ask_in_languages(question, languages, needed, _some_lines)


def _ask_in_languages(
    question: str,
    languages: Sequence[str],
    needed: bool,
    typed: Callable[[str], str],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in languages:
        must = needed and not found
        notes = [language] * (len(languages) > 1) + ["Enter: left out"] * (not must)
        asked = f"{question} ({'; '.join(notes)})" if notes else question
        words = typed(asked)
        while must and not words:
            words = typed(asked)
        if words:
            found[language] = words
        elif not found:
            return {}
    return found


def _one_line(question: str) -> str:
    return ask(question, lambda text: line(text) if text.strip() else "")


def _some_lines(question: str) -> str:
    click.echo(f"{question}, ended by an empty line:", err=True)
    rows: list[str] = []
    while (row := _typed(" ", suffix=" ").rstrip()) or (rows and _more_was_pasted()):
        rows.append(row)
    try:
        return paragraphs("\n".join(rows)) if rows else ""
    except BadValue as error:
        click.echo(f"  {error.message} {error.help}", err=True)
        return _some_lines(question)


def _more_was_pasted() -> bool:
    """Whether the empty line was one between pasted paragraphs."""
    try:
        return bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):  # a system that cannot say it of a terminal
        return False


def choose(question: str, choices: Mapping[str, str], default: str = "") -> str:
    """One of the choices (answer -> how it is shown), by its number or in full."""
    return choose_some(question, choices, default, most=1)[0]


def choose_some(
    question: str, choices: Mapping[str, str], default: str = "", most: int = 0
) -> list[str]:
    """Some of the choices, at most so many, by number or in full."""
    known = list(choices)
    click.echo(f"{question}:", err=True)
    for number, shown in enumerate(choices.values(), start=1):
        click.echo(f"{number:>3}  {shown}", err=True)

    def read(text: str) -> list[str]:
        chosen = [_chosen(word, known) for word in text.replace(",", " ").split()]
        if not chosen or (most and len(chosen) > most):
            raise BadValue(rules.BAD_VALUE, f"Choose {'one' if most == 1 else 'at least one'}.")
        return list(dict.fromkeys(chosen))

    many = "Number" if most == 1 else "Numbers, with spaces between"
    return ask(many, read, str(known.index(default) + 1) if default else "")


def _chosen(word: str, known: Sequence[str]) -> str:
    if word.isdecimal() and 1 <= int(word) <= len(known):
        return known[int(word) - 1]
    if word not in known:
        raise BadValue(rules.UNKNOWN_VALUE, f"`{word}` is not among them.", nearest(word, known))
    return word


def _typed(question: str, default: str = "", suffix: str = ": ") -> str:
    try:
        return str(
            click.prompt(
                question,
                default=default,
                show_default=bool(default),
                prompt_suffix=suffix,
                err=True,
            )
        )
    except (click.Abort, KeyboardInterrupt):
        _stop()


def _stop() -> NoReturn:
    click.echo("\nStopped. Nothing was written.", err=True)
    raise SystemExit(130)
