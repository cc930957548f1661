"""The platform: Django, one app with noun rooms. Nothing here is imported by engine, agent or command line; its
commands are found through the entry-point group `vedette.commands`."""
