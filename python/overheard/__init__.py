"""Overheard: simulates what hearing people's assistant chats does to the ads and posts they see.

The same runs as the command line's, byte for byte, with their tables as Arrow.

>>> import overheard
>>> overheard.Scenario("december-16").arms
['no-policy', 'policy']
"""

from ._calls import compare, decompose, run, sweep
from ._core import VERSION as __version__
from ._progress import Progress
from ._results import Report, Run, Sweep, open
from ._scenario import Scenario, scenarios
from .errors import (
    BugError,
    CallError,
    OverheardError,
    OverheardWarning,
    RunError,
    ScenarioError,
    ScenarioNotFoundError,
)

__all__ = [
    "BugError",
    "CallError",
    "OverheardError",
    "OverheardWarning",
    "Progress",
    "Report",
    "Run",
    "RunError",
    "Scenario",
    "ScenarioError",
    "ScenarioNotFoundError",
    "Sweep",
    "__version__",
    "compare",
    "decompose",
    "open",
    "run",
    "scenarios",
    "sweep",
]
