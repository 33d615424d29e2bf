"""What a reader sees, in finished words of one language, for one ``now``.

Templates and feeds only place these values; they decide nothing.
"""
