"""The run of a job: phases in order, units, commit batches, control, verdict.

Drives all other rooms of the engine. Callers import `run` and `Control` from here and consume batches; they never
reach further in.
"""

from vedette.engine.scan.control import Control
from vedette.engine.scan.run import JobRefused, run

__all__ = ["Control", "JobRefused", "run"]
