"""Reads of the self-inspection."""
