"""Commands for who checks what authors signed."""
