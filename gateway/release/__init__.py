"""The one door records leave by: decide, write it down, then show it."""
