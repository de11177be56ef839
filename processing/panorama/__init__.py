"""Street pictures: taken in, made unrecognisable, cut into tiles, and set beside each other."""
