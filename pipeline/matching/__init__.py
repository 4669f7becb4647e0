"""What is looked for and found: concepts with their wordings, readers' queries, definitions, firms."""
