"""A new site: small, whole, and in order from its first moment."""
