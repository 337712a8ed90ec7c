"""A paper's text as files that leave: HTML, EPUB, and a tree for print. Nothing here reads or stores."""
