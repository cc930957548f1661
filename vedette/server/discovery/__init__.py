"""What an organisation shows to the world beside its targets: runs that look for names and services below its domains,
the names and assets that they found, and what people decided about these. Dialects and pages call it."""
