"""What links, files and bodies are called on papers pages: questions about one text or one address."""
