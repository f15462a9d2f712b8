"""The stores as something to look after: who needs what, what is damaged, what may go."""
