"""OGC API - Processes 1.0 (OGC 18-062r2): what can be run, running it, and what came of it."""
