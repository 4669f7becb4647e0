"""The core: words, rules and stages. Standard library only, plus one pure matching library."""
