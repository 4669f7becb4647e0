"""Text by page from any paper: `sandbox` reads files in child processes, a module each family of formats."""
