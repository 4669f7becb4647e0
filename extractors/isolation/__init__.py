"""Reading strangers' files in child processes that can do next to nothing else."""
