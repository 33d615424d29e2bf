"""Watching the service: asking its components, and keeping what they answered."""
