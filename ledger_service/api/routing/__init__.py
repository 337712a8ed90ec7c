"""From a request to the route that answers it."""
