"""What the tests share: real databases, and the rows most of them need."""
