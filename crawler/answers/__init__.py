"""What an answer is worth: refusals, walls, worse copies, answers that need not be asked for again."""
