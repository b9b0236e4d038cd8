"""Small tables become figure dicts: pure functions that never import dash."""
