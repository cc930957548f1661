"""The practice site: a small web shop with planted flaws, safe look-alikes and traps. Standard library only.

`server.RangeServer` runs it in this process, `python -m vedette.range` by itself; `manifest` lists what is planted.
Every dangerous sink is interpreted inside: no process, no real file, no outbound socket. The engine does not know it;
the command line starts it, tests and benches use both.
"""
