"""What the assistant does when Rasa has read a message: ask, look up, have `policy_core` decide, say it, file it."""
