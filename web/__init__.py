"""The counter: pages for residents, complete without scripts. ``routes.router`` is the door."""
