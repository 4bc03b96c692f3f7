"""The edge: what a request may be, who sent it, and what every answer carries."""
