"""What is scanned: targets with the settings of their site, extra hosts, and the domains that show who owns them.

Here live the rules for URLs, headers, cookies and scope, what a job is told about a target, and the ownership checks.
Scans, findings and their numbers do not: the rooms above bring those (`services.targets.recount`). The dialects, the
pages and the rooms above use the queries, services and rules; nobody else writes these rows.
"""
