"""Stage ``archives``: from the world to raw files as their archive publishes them."""
