"""The worker's side of a scan: claims runs from a master and carries each in a child process.

`carrier` has one loop per slot (claim, start child, forward batches, heartbeat, release); `slice` is that child, the
only part that loads the engine. Neither knows Django, the server or the command line. Callers import
`vedette.agent.carrier.Carrier` and give it a `vedette.contract.claim.Master`.
"""
