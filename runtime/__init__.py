"""How the three processes start, and what we change in Rasa."""
