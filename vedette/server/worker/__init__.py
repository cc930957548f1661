"""The worker beside the database: a Master that calls services, and the supervisor of `vedette up`."""
