"""A stand-in for Keras, which Rasa imports beside TensorFlow: see ``tensorflow/__init__.py``."""

from tensorflow import _placeholder


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _placeholder(f"keras.{name}")
