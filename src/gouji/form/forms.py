"""The forms that a reader knows: the official editions, and the supplementary forms that its caller passes."""

from __future__ import annotations

import msgspec

from gouji.form.editions import editions, load_form
from gouji.form.model import Form, name_of


class Forms(msgspec.Struct, frozen=True):
    """All official forms, and the supplementary forms that the caller passes.

    A workbook or a JSON file names its form itself. A published document does not: it answers the form whose tables
    it contains. If it contains only the official tables, ``asked`` and ``submissions`` decide.
    """

    supplementary: tuple[Form, ...] = ()
    """The supplementary forms; they are tried before the official ones."""
    asked: bool = True
    """Whether every document must answer the supplementary form, so that one without its tables is incomplete. If
    not, such a document is an official report."""
    submissions: frozenset[str] = frozenset()
    """The SHA-256 of the files that must answer the supplementary form even if not every document must."""

    @classmethod
    def of(cls, form: Form | None) -> Forms:
        """Return the official forms and one form that the caller names."""
        return cls((form,)) if form and form.base else OFFICIAL

    @property
    def every(self) -> tuple[Form, ...]:
        """All forms: the supplementary ones first, then the official ones from the newest to the oldest."""
        return (*self.supplementary, *(load_form(edition) for edition in editions()))

    @property
    def names(self) -> tuple[str, ...]:
        """The edition names of all forms."""
        return tuple(form.edition for form in self.every)

    def get(self, edition: str) -> Form | None:
        """Return the form with this edition name, or None if it is not known."""
        named = next((form for form in self.supplementary if form.edition == edition), None)
        return named or (load_form(edition) if edition in editions() else None)

    def any_version(self, edition: str) -> Form | None:
        """Return the form with this edition name, else another version of the same supplementary form, else None."""
        name = name_of(edition)
        others = (form for form in self.supplementary if name and form.name == name)
        return self.get(edition) or next(others, None)

    def for_file(self, sha256: str) -> Forms:
        """Return the forms for one file: whether it must answer the supplementary form is then settled."""
        return Forms(self.supplementary, self.asked or sha256 in self.submissions)


OFFICIAL = Forms()
"""Only the official forms."""
