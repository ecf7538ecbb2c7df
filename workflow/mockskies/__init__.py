"""mockskies: generative mock skies of which every number can be rebuilt."""
