"""The question: how what was typed is understood, asking every source at once, and who may be the same person."""
