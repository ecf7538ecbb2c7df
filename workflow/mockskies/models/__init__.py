"""Networks only: no data, no loop, no files."""
