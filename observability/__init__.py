"""What each process tells its operator: one log for everything that happens in it, and figures for Prometheus."""
