"""Understanding: the assistant's own components for Rasa's pipeline."""
