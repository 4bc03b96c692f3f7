"""The connector author's whole world: a contract, a conformance kit, and four invented sources to look at."""
