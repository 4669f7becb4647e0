"""Search by page: the full-text index, plans of queries, order and quoting of answers."""
