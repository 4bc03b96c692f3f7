"""The demo: a stand-in for the state's identity service, invented people, and everything else in one process tree."""
