"""Payment lists: prepared by one, released by another, kept as sent. Who is paid how."""
