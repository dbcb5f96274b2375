"""What is said: the sentences of causes and the words for every token of the evidence."""
