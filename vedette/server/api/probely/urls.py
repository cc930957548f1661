"""Every address of this dialect."""

from __future__ import annotations

from vedette.server.api.probely.routes_discovery import urlpatterns as discovery
from vedette.server.api.probely.routes_people import urlpatterns as people
from vedette.server.api.probely.routes_scanning import urlpatterns as scanning

urlpatterns = [*scanning, *people, *discovery]
