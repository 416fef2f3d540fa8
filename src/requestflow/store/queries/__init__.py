"""The questions asked of the tables, one module a family; each function names its answer."""
