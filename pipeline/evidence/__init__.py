"""Evidence packs: what was published where and when, as a folder that anybody can check without us."""
