"""Helpers for tests of Elena and of programs that use it."""
