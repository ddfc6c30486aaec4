"""Which version is this? Only this file says so."""

__version__ = "0.1.0"
