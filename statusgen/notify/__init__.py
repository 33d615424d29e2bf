"""Telling subscribers what is new on a published site, once."""
