"""Stage ``measurement``: from images to catalogues and tables of properties."""
