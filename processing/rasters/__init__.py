"""Pictures from above: taken in as files that are quick to read, and compared through the years."""
