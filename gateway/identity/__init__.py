"""Who is acting: proof by an OpenID provider, the session that remembers it, the Principal that carries it."""
