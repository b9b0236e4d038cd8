"""Who may come in, and what each may see: users, sessions and the book of what was done."""
