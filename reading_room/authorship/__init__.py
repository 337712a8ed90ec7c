"""Authors sign what they wrote: pages below /me/statements, where each says who they are, and signs."""
