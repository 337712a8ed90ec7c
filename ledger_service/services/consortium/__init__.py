"""What a member of a consortium does: it says who it is, and hears who the others are."""
