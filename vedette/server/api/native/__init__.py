"""What no vendor's API has, at `/api/native/`. Its forms are ours to choose, so they are plain; see the README."""
