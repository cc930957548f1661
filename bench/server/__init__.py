"""What the benchmarks of the platform share: filling a database, running its web process, driving it over HTTP."""
