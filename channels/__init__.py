"""The web service: what people reach, in front of the Rasa server."""
