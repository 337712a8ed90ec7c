"""Search: what the library holds is found by words, however they are typed and in whichever script."""
