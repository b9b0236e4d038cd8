"""Work that people keep and share: views of the dashboard by name, and what they say about them."""
