"""The scanner: crawl, fingerprint, test, prove. It emits events and never asks who listens.

No Django here, and no socket outside `net`. The command line and the carrier run it through `engine.scan`.
"""
