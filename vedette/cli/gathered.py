"""What a discovery has told so far, the latest of each name and service."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.contract.events import Event, NameFound, ScanFinished, ServiceFound, SourceAsked


@dataclass(slots=True)
class Gathered:
    """Takes the events of a run; `finished` is its end, once there is one."""

    names: dict[str, NameFound] = field(default_factory=dict)
    services: dict[str, ServiceFound] = field(default_factory=dict)
    sources: dict[tuple[str, str], SourceAsked] = field(default_factory=dict)
    finished: ScanFinished | None = None

    def take(self, event: Event) -> None:
        """One event."""
        if isinstance(event, NameFound):
            self.names[event.name] = event
        elif isinstance(event, ServiceFound):
            self.services[event.url] = event
        elif isinstance(event, SourceAsked):
            self.sources[event.source, event.domain] = event
        elif isinstance(event, ScanFinished):
            self.finished = event

    def sorted_names(self) -> list[NameFound]:
        """Names by their labels from the right, so that what belongs together stands together."""
        return sorted(self.names.values(), key=lambda name: name.name.split(".")[::-1])

    def sorted_services(self) -> list[ServiceFound]:
        """Services by their names in the same order, then by their addresses."""
        return sorted(self.services.values(), key=lambda service: (service.name.split(".")[::-1], service.url))
