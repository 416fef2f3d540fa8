"""Remembers: the tables, the sessions that read and write them, and the questions asked of them."""
