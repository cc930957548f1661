"""From files of recorded steps to the sequences that a scan replays."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vedette.cli.entrance import file_text
from vedette.cli.problem import Problem
from vedette.contract.job import Sequence
from vedette.contract.recording import RecordingError
from vedette.engine.parse.recording import read


def recorded(paths: Iterable[str], *, inside: bool = False) -> tuple[tuple[Sequence, ...], dict[str, str]]:
    """The sequences, named after their files, and the secrets typed in them; `inside` when the scan logs in, which they
    then wait for. Raises Problem."""
    sequences: list[Sequence] = []
    secrets: dict[str, str] = {}
    for number, path in enumerate(map(Path, paths), 1):
        try:
            found = read(file_text(path, "--sequence"), prefix=f"sequence-{number}-step")
        except RecordingError as error:
            raise Problem(
                f"{path} cannot be replayed. {error}", "Record it again, or see docs/use/log-ins.md."
            ) from None
        sequences.append(Sequence(name=path.stem, steps=found.steps, requires_login=inside))
        secrets |= found.secrets
    return tuple(sequences), secrets
