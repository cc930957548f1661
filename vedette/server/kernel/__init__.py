"""The ground the server stands on: ids, domain errors, sealing, the clock, rate limits, the queue, outbound HTTP.

What knows no noun of the product lives here. Targets, scans, people or permissions do not, and neither does anything
that a dialect or a page would say. Every room of the server may use it; it imports the contract and Django, and no
other room. Code elsewhere asks `clock.now()` for the time, `ids.new_id()` for a name, `sealing` for encryption and
`outbound.send()` for the network: there is no second way to any of them.
"""
