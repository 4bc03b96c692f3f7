"""Four invented sources over one invented population: who they are about, what each says, and how each may fail."""
