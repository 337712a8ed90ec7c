"""Packages of npm whose modules pages load, and the map of their names."""
