"""Routes for resources, registrations, changes and licenses."""
