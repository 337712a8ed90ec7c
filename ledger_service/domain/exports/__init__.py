"""What leaves a library beside its bytes."""
