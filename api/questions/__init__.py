"""The questions that every door can ask: one file a question, each with one function `answer`."""
