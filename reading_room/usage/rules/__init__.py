"""What is true of uses, of the hours and months in which they are counted, and of COUNTER's reports."""
