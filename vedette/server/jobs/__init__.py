"""Names of queued jobs -> services, the driver that works them off, and the tick."""
