"""Pages that are missing although the status says otherwise, learned from addresses that cannot exist."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from vedette.contract.batch import StateChange
from vedette.contract.exchange import Exchange
from vedette.engine.attack.rng import Rng
from vedette.engine.parse.page import Page
from vedette.engine.parse.skeleton import distance, simhash, skeleton, text_tokens
from vedette.engine.parse.urls import split

ROOM = "identity"
MISSING = (404, 410)
SLACK = 4
MAX_FOLDERS = 2_000
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")


class _Answer(NamedTuple):
    status: int
    location: str
    skeleton: str
    simhash: int
    tokens: int


class Soft404:
    """One model per folder and file extension. The scan fetches what `probes` proposes and hands the exchanges to
    `learn`; from then on `is_missing` knows the folder's way of saying no."""

    def __init__(self) -> None:
        self._models: dict[str, tuple[_Answer, ...]] = {}
        self._changes: list[StateChange] = []

    def folder_of(self, url: str) -> str:
        """The key of a URL's model: origin, folder, and the extension of the file if it has one. A folder's own page
        belongs to the folder above: servers that answer it to any name inside are not to make it look missing."""
        root, path, _ = split(url)
        folder, _, name = path.rstrip("/").rpartition("/")
        match = _EXTENSION.search(name)
        return f"{root}{folder}/" + (f"*{match.group().lower()}" if match else "")

    def wants(self, url: str) -> bool:
        """Whether the folder of a URL is still to be learned."""
        return self.folder_of(url) not in self._models and len(self._models) < MAX_FOLDERS

    def probes(self, url: str, rng: Rng) -> list[str]:
        """Two addresses beside `url` that cannot exist, with names of different length and the same extension."""
        folder, _, extension = self.folder_of(url).partition("*")
        return [f"{folder}{rng.word(9)}{extension}", f"{folder}{rng.word(17)}{extension}"]

    def learn(self, folder: str, exchanges: Sequence[Exchange]) -> None:
        """Notes what the folder answered to its probes; a folder without any usable answer stays unlearned."""
        answers = tuple(_answer(Page(exchange)) for exchange in exchanges if exchange.response is not None)
        if answers:
            self._models[folder] = answers
            self._changes.append(StateChange(ROOM, f"missing:{folder}", json.dumps(answers)))

    def forget(self, folder: str) -> None:
        """Leaves a folder to be learned anew: its answers were given to somebody else than it seemed."""
        if self._models.pop(folder, None) is not None:
            self._changes.append(StateChange(ROOM, f"missing:{folder}", None))

    def is_missing(self, page: Page) -> bool:
        """Whether the page is its folder's answer to an address that does not exist.

        The start page of a site never is: where every address gives the same page, that one is the real one.
        """
        status = page.response.status
        if status in MISSING:
            return True
        if split(page.url)[1] == "/":
            return False
        model = self._model(page.url)
        if not model or not any(known.status == status for known in model):
            return False
        return _alike(_answer(page), model)

    def changes(self) -> list[StateChange]:
        """The rows of the resume state since the last call."""
        changes, self._changes = self._changes, []
        return changes

    @classmethod
    def load(cls, rows: Mapping[str, str]) -> Soft404:
        """The models as the rows left them."""
        models = cls()
        for key, value in rows.items():
            kind, _, folder = key.partition(":")
            if kind == "missing":
                models._models[folder] = tuple(_Answer(*row) for row in json.loads(value))
        return models

    def _model(self, url: str) -> tuple[_Answer, ...]:
        """The model of the nearest folder that has one, of the same extension first."""
        folder, star, extension = self.folder_of(url).partition("*")
        root = split(url)[0]
        while True:
            for key in (folder + star + extension, folder):
                if key in self._models:
                    return self._models[key]
            if len(folder) <= len(root) + 1:
                return ()
            folder = folder[:-1].rpartition("/")[0] + "/"


def _answer(page: Page) -> _Answer:
    """What an answer looks like apart from the name that was asked for."""
    name = unquote(split(page.url)[1].rstrip("/").rpartition("/")[2])
    status = page.response.status
    location = page.response.header("location") if 300 <= status < 400 else ""
    if name:
        location = location.replace(name, "").partition("?")[0]
    tokens = [token for token in text_tokens(page) if not name or name not in token]
    return _Answer(status, location, skeleton(page), simhash(tokens), len(tokens))


def _alike(answer: _Answer, model: Sequence[_Answer]) -> bool:
    # How much two answers about nothing differ says how much a third may.
    spread = max((distance(one.simhash, other.simhash) for one in model for other in model), default=0)
    for known in model:
        if (known.status, known.location) != (answer.status, answer.location):
            continue
        if known.location or (
            known.skeleton == answer.skeleton and distance(known.simhash, answer.simhash) <= spread + SLACK
        ):
            return True
    return False
