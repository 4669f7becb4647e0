"""Behind the commands: settings, the parts put together, services for readers and operator."""
