"""What people do with recommendations: see them, see how they are made, ask for a run."""
