"""The sense beside the words: vectors of what is published, and what is near a question."""
