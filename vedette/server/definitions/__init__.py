"""What Vedette can find: one definition for each check, read from the engine's catalogue. There is no table.

Titles, texts and numbers of the checks live here as the API and the pages show them, and so does the choice of the fix
text for a technology. What was found where does not. Rooms above may use it; it imports the catalogue.
"""
