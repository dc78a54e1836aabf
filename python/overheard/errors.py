"""What can go wrong. Every exception says what, where, and what helps."""

from __future__ import annotations

__all__ = [
    "BugError",
    "CallError",
    "OverheardError",
    "OverheardWarning",
    "RunError",
    "ScenarioError",
    "ScenarioNotFoundError",
]

# Hints are written for the command line.
_WORDS = [
    ("the same command with --resume", "the same call with resume=True"),
    ("the command that began it and --resume", "the call that began it and resume=True"),
    ("add --resume", "add resume=True"),
    ("give --out ", "give out= "),
    ("with --base ARM", "with base=ARM"),
    ("leave --vary and --design out, or take --from priors", "leave vary= and design= out, or take from_='priors'"),
    ("leave --vary and --draws out", "leave vary= and draws= out"),
    ("take fewer --draws", "take fewer draws="),
    ("--from takes", "from_= takes"),
    ("`overheard list` shows the runs at hand", "it is the folder that a call has returned as .path"),
    ("`overheard list` shows the scenarios at hand", "overheard.scenarios() lists those at hand"),
]


class OverheardError(Exception):
    """Base of all exceptions of this package.

    `hint` says what helps, or is None; `place` is (line, column) of a mistake in a scenario, or None.
    """

    hint: str | None
    place: tuple[int, int] | None

    def __init__(self, message: str, hint: str | None = None, place: tuple[int, int] | None = None) -> None:
        for typed, called in _WORDS:
            message = message.replace(typed, called)
            hint = hint and hint.replace(typed, called)
        super().__init__(message if hint is None else f"{message}\nhint: {hint}")
        self._message, self.hint, self.place = message, hint, place

    def __reduce__(self) -> tuple[type, tuple[str, str | None, tuple[int, int] | None]]:
        return type(self), (self._message, self.hint, self.place)


class ScenarioError(OverheardError, ValueError):
    """Something in a scenario, or in what is laid over it, is wrong: every mistake with file, line, column and a caret."""


class ScenarioNotFoundError(ScenarioError, FileNotFoundError):
    """There is no such scenario."""

    # OSError would tell of an errno.
    __str__ = Exception.__str__


class CallError(OverheardError, ValueError):
    """The arguments of a call do not go together, or name what is not there."""


class RunError(OverheardError, RuntimeError):
    """A run did not come to its end. What was done is kept where the hint says so."""


class BugError(OverheardError, RuntimeError):
    """The program is at fault."""


class OverheardWarning(UserWarning):
    """Something to know before a number is used."""
