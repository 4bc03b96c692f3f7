"""The auditors' door: decide, write down that they asked, ask the index, show it."""
