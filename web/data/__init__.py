"""Answers for programs: JSON, CSV, feeds, metrics, files and page images."""
