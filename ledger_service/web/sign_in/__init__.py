"""The ways in which people sign in: a module for each, which has its routes and says whether it is set up."""
