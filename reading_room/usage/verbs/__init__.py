"""What people see of use: hours, months, reports, and what readers were refused."""
