"""Getting a message to where it goes, however often that must be tried.

A message goes into the outbox first, on disk; from there it is sent until it has arrived.
"""
