"""The front end: Python and NumPy to tensorref text."""
