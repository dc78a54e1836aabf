"""How far something is."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple, Union

from .errors import OverheardWarning


class Progress(NamedTuple):
    """How far something is; what a callback given as `progress=` is called with.

    >>> Progress("simulating", 500, 2000).share
    0.25
    """

    what: str
    """Such as "solving the market", "simulating", "drawing"; or, where `of` is 0, something to be told once."""
    done: int
    """Days of the market, people, draws or points."""
    of: int
    """All of them."""

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.done / self.of if self.of else 0.0


Hears = Union[Callable[[Progress], Any], bool, None]


class _Line:
    """One line that is written over: what terminals and notebooks show."""

    def __init__(self) -> None:
        self.shown = 0.0
        self.width = 0

    def __call__(self, p: Progress) -> None:
        ends = p.of == 0 or p.done >= p.of
        if not ends and time.monotonic() - self.shown < 0.2:
            return
        self.shown = time.monotonic()
        text = f"{p.what}: {p.done:,} of {p.of:,}, {p.share:.0%}" if p.of else p.what
        sys.stderr.write("\r" + text.ljust(self.width) + ("\n" if ends else ""))
        sys.stderr.flush()
        self.width = 0 if ends else len(text)


def _somebody_looks() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def hearer(progress: Hears) -> Callable[[str, str, int, int], None]:
    """What the core tells, to whoever was named: None is a line where somebody looks, False nobody."""
    if progress is None:
        progress = _somebody_looks()
    tell = progress if callable(progress) else _Line() if progress else None

    def hear(kind: str, text: str, done: int, of: int) -> None:
        if kind == "warn":
            warnings.warn(text, OverheardWarning, stacklevel=4)
        elif tell is not None:
            tell(Progress(text, done, of))

    return hear
