"""Cohorts: a class list is read, granted by one transaction, and claimed by each member."""
