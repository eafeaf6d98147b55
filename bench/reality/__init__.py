"""What the reality check is measured on in languages other than Python."""
