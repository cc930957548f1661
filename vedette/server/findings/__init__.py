"""Findings: the flaws of targets over all their scans, with their evidence, and what people decided about them.

What scans observed and what people decided are kept apart here, and the shown state is drawn from both: a decision
outranks an observation, and no scan undoes one. Lists, free text and totals stay fast with a million findings. How
scans run and how a dialect words a state is not told here. The scans room reports through `services.observe` and
`services.recheck`; dialects and pages read through `queries` and write through `services.triage`.
"""
