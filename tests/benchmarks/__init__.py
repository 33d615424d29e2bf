"""How fast it is: ``make bench``. Figures are compared within one run, never asserted."""
