"""What a consortium pays together is split by a stated formula, and each member recomputes its share."""
