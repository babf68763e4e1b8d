"""Writes of the self-inspection."""
