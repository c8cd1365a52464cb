"""A stand-in for TensorFlow: importable, inheritable, not usable.

Rasa 3.6 imports TensorFlow when it registers its components, although the pipeline of this
assistant uses none that need it. The real package costs 1.8 GB of disk, 340 MB of memory
and seven seconds at every start. Here every name below ``tensorflow`` and ``keras`` exists
as a placeholder class, which is all that importing Rasa asks for. Using one raises
:class:`TensorFlowNotInstalled`, which says what to do.
"""

import importlib.abc
import importlib.machinery
import sys
import types

__version__ = "2.12.0+standin"

_ROOTS = ("tensorflow", "keras")


class TensorFlowNotInstalled(SystemExit):
    """Raised when a component that needs the real TensorFlow is built or called.

    It ends the program: Rasa catches every ordinary exception here and ends with another one, which
    says only that a component failed, so that the reason would be lost in a long traceback.
    """

    def __init__(self, name):
        super().__init__(
            f"'{name}' was used, but the real TensorFlow is not installed: this project runs "
            "Rasa with a small stand-in, because its own pipeline does not need it. A component "
            "or policy in your config.yml needs the real one (DIETClassifier, ResponseSelector, "
            "TEDPolicy, UnexpecTEDIntentPolicy, LanguageModelFeaturizer and ConveRTFeaturizer do). "
            "Either take it out of config.yml, or run it in the benchmark environment, which has "
            "the real TensorFlow: see benchmarks/README.md."
        )


class _PlaceholderType(type):
    """Makes attributes of a placeholder class placeholders too, so that ``tf.keras.layers.Layer`` exists."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls._name}.{name}")

    def __call__(cls, *args, **kwargs):
        raise TensorFlowNotInstalled(cls._name)


def _placeholder(name):
    return _PlaceholderType(name.rpartition(".")[2], (), {"_name": name})


class _PlaceholderModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers ``import tensorflow.anything`` and ``import keras.anything`` with a placeholder module."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] not in _ROOTS:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return _PlaceholderModule(spec.name)

    def exec_module(self, module):
        """Nothing to run: the module's names appear when they are asked for."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _placeholder(f"tensorflow.{name}")


sys.meta_path.append(_Finder())
