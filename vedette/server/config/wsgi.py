"""The door that granian opens."""

from __future__ import annotations

import gc
import multiprocessing
import os

import django
from django.urls import get_resolver

from vedette.server.kernel.lifeline import die_with

os.umask(0o077)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vedette.server.config.settings")
django.setup(set_prefix=False)

from vedette.server.config.handler import Handler  # noqa: E402 - after the settings are there

application = Handler()

# Everything is loaded before the first request, and set aside: collections that walk it would each stop all requests
# for a tenth of a second.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()

# Granian's process that serves does not notice when the one that started it is killed; it would keep the port.
_parent = multiprocessing.parent_process()
if _parent is not None and _parent.pid is not None:
    die_with(_parent.pid)
