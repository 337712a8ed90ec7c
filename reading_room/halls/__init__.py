"""Rooms to walk into: a reading room and laboratories, whose every part is checked by its digest."""
