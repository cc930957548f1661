"""Names of queued jobs -> services, the driver that works them off, those that wait apart from the others, and the tick."""
