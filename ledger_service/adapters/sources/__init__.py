"""Where an import comes from: `kinds` tells which module here reads a source."""
