"""The stand-in for TensorFlow: enough to import Rasa, clear when more is asked of it."""

from __future__ import annotations

import importlib

import pytest
import tensorflow
from serving import PROJECT


def test_any_module_below_it_can_be_imported() -> None:
    module = importlib.import_module("tensorflow.python.deeply.nested.module")
    assert module.AnyName is not None


def test_its_classes_can_be_inherited_from() -> None:
    class Layer(tensorflow.keras.layers.Layer):
        pass

    with pytest.raises(tensorflow.TensorFlowNotInstalled):
        Layer()


@pytest.mark.parametrize(
    "name", ["constant", "keras.Model", "keras.layers.Dense", "config.list_physical_devices"]
)
def test_using_anything_says_what_to_do(name: str) -> None:
    thing = tensorflow
    for part in name.split("."):
        thing = getattr(thing, part)
    with pytest.raises(tensorflow.TensorFlowNotInstalled) as caught:
        thing()
    assert "config.yml" in str(caught.value)
    assert "benchmarks/README.md" in str(caught.value)


def test_where_its_message_points_to_is_there() -> None:
    assert "TensorFlow" in (PROJECT / "benchmarks" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "module",
    [
        "rasa.nlu.classifiers.diet_classifier",
        "rasa.nlu.selectors.response_selector",
        "rasa.core.policies.ted_policy",
        "rasa.core.policies.unexpected_intent_policy",
        "rasa.engine.recipes.default_recipe",
    ],
)
def test_every_part_of_rasa_that_imports_tensorflow_can_be_imported(module: str) -> None:
    assert importlib.import_module(module)


def test_the_real_one_is_not_installed() -> None:
    assert tensorflow.__version__ == "2.12.0+standin"
