"""The one family of errors that a caller can do something about."""

from __future__ import annotations


class GoujiError(Exception):
    """Something is wrong with what we were given or with our disk; its text is one Chinese sentence.

    A mistake inside a report is never an error of this kind: it is a Finding.
    """


class EditionError(GoujiError):
    """An edition file says something that the form cannot mean; its text names the file and the place."""


class DocumentError(GoujiError):
    """A file is not a report that can be read; its text says what it is and what to do.

    A batch turns it into the verdict ``unreadable`` of that one file and goes on.
    """
