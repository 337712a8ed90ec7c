"""Works that their authors signed."""
