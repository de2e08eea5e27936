from __future__ import annotations

import subprocess
import sys
import textwrap

from runtime.settings import ROOT


def run(code: str, *path: str) -> str:
    """What `code` prints in a fresh interpreter."""
    prefix = f"import sys; sys.path[:0] = {list(path)!r}\n"
    command = [sys.executable, "-c", prefix + textwrap.dedent(code)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def test_rasa_can_be_imported_with_it():
    assert run(
        """
        from runtime import tensorflow_standin
        assert tensorflow_standin.install()
        import rasa.core.agent, rasa.model_training
        print("imported")
        """
    ).endswith("imported")


def test_rasa_still_imports_tensorflow():
    assert "ModuleNotFoundError" in run(
        """
        try:
            import rasa.core.agent
        except ModuleNotFoundError as error:
            print(type(error).__name__, error.name)
        """
    )


def test_it_serves_decorators_base_classes_and_loops():
    assert (
        run(
            """
            from runtime import tensorflow_standin
            tensorflow_standin.install()
            import tensorflow as tf
            from tensorflow.keras.layers import Layer

            class Ours(Layer):
                @tf.function
                def plain(self): return 1
                @tf.function(input_signature=[tf.TensorSpec([None])])
                def with_arguments(self): return 2

            print(Ours().plain(), Ours().with_arguments(), list(tf.anything))
            """
        )
        == "1 2 []"
    )


def test_it_gives_way_to_the_real_one(tmp_path):
    (tmp_path / "tensorflow.py").write_text("REAL = True")
    code = """
        from runtime import tensorflow_standin
        installed = tensorflow_standin.install()
        import tensorflow
        print(installed, tensorflow.REAL)
    """
    assert run(code, str(tmp_path)) == "False True"


def test_installing_it_twice_is_once():
    code = """
        from runtime import tensorflow_standin
        before = len(sys.meta_path)
        print(tensorflow_standin.install(), tensorflow_standin.install(), len(sys.meta_path) - before)
    """
    assert run(code) == "True True 1"
