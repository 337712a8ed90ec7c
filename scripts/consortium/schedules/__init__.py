"""Random schedules of a real consortium's members, of which one lies."""
