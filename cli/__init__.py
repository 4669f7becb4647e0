"""The command: composes everything else, and the only place that knows everyone."""
