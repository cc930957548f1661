"""Pure tools of attack: insertion points, mutations, comparison of answers, timing statistics, the probe protocol.

Never sends anything: checks ask their probe. Checks and the scan may use it.
"""
