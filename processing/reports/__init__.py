"""Reports that open from a disk: one HTML file that asks nobody for anything."""
