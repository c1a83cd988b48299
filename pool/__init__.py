"""What the pools are about, and the Flask front end."""

__version__ = "0.1.0"
