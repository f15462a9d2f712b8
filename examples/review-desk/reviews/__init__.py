"""What customers write, read by three small models."""
