"""Graph engines behind one protocol of five verbs."""
