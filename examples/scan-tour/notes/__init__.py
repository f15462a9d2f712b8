"""Voice notes: written down, found again, summed up."""
