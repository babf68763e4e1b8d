"""A fictional catalogue that shows every grade, status and edition while no real register is loaded."""
