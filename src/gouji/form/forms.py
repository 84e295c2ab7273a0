"""The forms that a reader knows: the official editions, and the supplementary forms that its caller passes."""

from __future__ import annotations

import msgspec

from gouji.form.editions import editions, load_form
from gouji.form.model import Form, name_of


class Forms(msgspec.Struct, frozen=True):
    """The official forms and some supplementary ones.

    A workbook or a JSON file names its form itself. A published document does not: it answers the form whose tables
    stand in it, and where only the official tables do, ``asked`` and ``submissions`` decide.
    """

    supplementary: tuple[Form, ...] = ()
    """They go before the official ones."""
    asked: bool = True
    """Whether every document was to answer the supplementary form: one without its tables is then incomplete. Else
    such a document is an official report."""
    submissions: frozenset[str] = frozenset()
    """The files, by their SHA-256, that were to answer the supplementary form although not every document was."""

    @classmethod
    def of(cls, form: Form | None) -> Forms:
        """Return the official forms and a form that somebody has named."""
        return cls((form,)) if form and form.base else OFFICIAL

    @property
    def every(self) -> tuple[Form, ...]:
        """All the forms, the supplementary ones first, then the official ones, the newest first."""
        return (*self.supplementary, *(load_form(edition) for edition in editions()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of their editions."""
        return tuple(form.edition for form in self.every)

    def get(self, edition: str) -> Form | None:
        """Return the form of an edition, if it is known."""
        return next((form for form in self.every if form.edition == edition), None)

    def any_version(self, edition: str) -> Form | None:
        """Return the form of an edition, or another version of the same supplementary form, if one is known."""
        name = name_of(edition)
        others = (form for form in self.supplementary if name and form.name == name)
        return self.get(edition) or next(others, None)

    def for_file(self, sha256: str) -> Forms:
        """Return the forms as they are for one file."""
        return Forms(self.supplementary, self.asked or sha256 in self.submissions)


OFFICIAL = Forms()
"""The official forms alone."""
