"""How a site gets where readers see it: what stands there, what is to become of it, and how."""
