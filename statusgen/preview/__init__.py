"""The preview: the site from memory on this machine, as it is written and at any moment."""
