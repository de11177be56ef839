"""The front door: the only place that knows all rooms."""
