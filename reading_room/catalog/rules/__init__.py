"""What is true of works that are cited, of rights, of what is asked for, and of what happened."""
