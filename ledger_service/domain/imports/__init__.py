"""Claims in bulk: items, prepared claims, progress, reports and jobs."""
