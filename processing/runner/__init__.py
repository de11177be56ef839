"""The worker's side of jobs: queue entries in, processes run in children, what came of it noted."""
