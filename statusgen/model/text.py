"""Words in the languages of a site."""

from __future__ import annotations

from msgspec import Struct


class Text(Struct, frozen=True):
    """The same words in one or more languages: (language, words) in the site's order."""

    translations: tuple[tuple[str, str], ...]

    def pick(self, language: str) -> tuple[str, str]:
        """(words, language they are in): the first language where this one is missing."""
        for written_in, words in self.translations:
            if written_in == language:
                return words, written_in
        written_in, words = self.translations[0]
        return words, written_in

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in."""
        return tuple(language for language, _ in self.translations)
