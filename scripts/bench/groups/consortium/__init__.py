"""What a consortium of several libraries costs."""
