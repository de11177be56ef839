"""The invented municipality Zandwijk: a whole town made by code, the same for the same seed."""
