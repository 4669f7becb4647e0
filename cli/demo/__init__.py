"""A web of invented bodies on this machine: what `make demo` crawls, and what the tests crawl."""
