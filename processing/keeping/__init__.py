"""What is not kept any longer than is said: rows of layers, and originals of street pictures."""
