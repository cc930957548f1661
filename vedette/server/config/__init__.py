"""Settings, addresses and the WSGI door. `environment.py` reads the environment, once; everything else asks Django's
settings. Rooms may import `environment` for its types only."""
