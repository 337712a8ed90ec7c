"""Where imports come from, and the processes that hash them."""
