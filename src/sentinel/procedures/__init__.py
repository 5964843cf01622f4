"""What follows from what: the partnership's protocol, a page to read. Each line follows an event of another room."""
