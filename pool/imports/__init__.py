"""Cases out of a spreadsheet: read, tried, brought in through the real use cases."""
