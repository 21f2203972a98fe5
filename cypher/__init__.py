"""The named questions, and the console for others."""
