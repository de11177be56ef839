"""Room: everything that outlives a request; imports, jobs, and the invented municipality."""
