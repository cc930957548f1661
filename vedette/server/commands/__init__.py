"""Commands of the server, found by the command line through the entry-point group `vedette.commands`."""
