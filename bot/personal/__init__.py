"""Finds personal details in a message, so that they are masked before anything else reads it."""
