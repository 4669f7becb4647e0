"""The words of a page: where they end, and whether their font names them right."""
