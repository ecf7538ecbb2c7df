"""Stage ``comparison``: from real and generated properties to statistics."""
