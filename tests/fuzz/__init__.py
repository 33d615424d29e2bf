"""Content that a machine makes up, led by what of the reader it reaches; `make fuzz` does so."""
