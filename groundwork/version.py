"""The version of this program: both servers, the package and its bundles take it from here."""

__version__ = "1.0.0"
