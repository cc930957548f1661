"""Settings of the test suite: a data directory of its own, fast password hashes, everything else as in production."""

from __future__ import annotations

import dataclasses
import os
import tempfile

os.environ.setdefault("VEDETTE_DATA_DIR", tempfile.mkdtemp(prefix="vedette-test-"))

from vedette.server.config import settings as production
from vedette.server.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VEDETTE = dataclasses.replace(production.VEDETTE, hosts=("*",))
