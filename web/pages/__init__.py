"""The pages, a module a family.

Handlers are plain functions of a thread pool: the archive's database blocks.
"""
