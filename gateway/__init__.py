"""The gateway: who is asking, what they may see, and showing it."""

__version__ = "0.1.0"
