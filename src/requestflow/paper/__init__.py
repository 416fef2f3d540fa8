"""Turns finished values into files that people print, open and hand in, and reads back those that come as tables."""
