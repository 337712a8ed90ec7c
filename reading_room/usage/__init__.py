"""How often open content is read: by resource, hour and class of actor, without anything of who it was."""
