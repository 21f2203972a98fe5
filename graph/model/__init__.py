"""The words of the domain as plain data and pure functions; imports nothing else of linli."""
