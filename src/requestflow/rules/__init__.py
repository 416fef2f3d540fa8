"""The law: pure functions over plain values, with every number and text in a table beside its article.

Nothing here knows the time, a database, a page or a person; everything else in RequestFlow stands on it.
"""
