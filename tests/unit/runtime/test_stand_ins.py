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
        from runtime import stand_ins
        assert stand_ins.install()
        import rasa.core.agent, rasa.model_training
        print("imported")
        """
    ).endswith("imported")


def test_a_server_that_answers_loads_none_of_the_packages_for_training():
    loaded = run(
        """
        from runtime import stand_ins
        stand_ins.install(for_answering_only=True)
        import rasa.core.agent, rasa.core.run
        left_out = sorted(stand_ins.NOT_FOR_ANSWERING)
        print([name for name in left_out if getattr(sys.modules.get(name), "__file__", None)])
        """
    )
    assert loaded.endswith("[]")


def test_an_exception_of_theirs_can_be_caught():
    code = """
        from runtime import stand_ins
        stand_ins.install()
        from pymongo.errors import ConnectionFailure
        try:
            raise ValueError("ours")
        except ConnectionFailure:
            print("theirs")
        except ValueError as error:
            print(error)
    """
    assert run(code) == "ours"


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
            from runtime import stand_ins
            stand_ins.install()
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
        from runtime import stand_ins
        installed = stand_ins.install()
        import tensorflow
        print(installed, tensorflow.REAL)
    """
    assert run(code, str(tmp_path)) == "False True"


def test_installing_it_twice_is_once():
    code = """
        from runtime import stand_ins
        before = len(sys.meta_path)
        print(stand_ins.install(), stand_ins.install(), len(sys.meta_path) - before)
    """
    assert run(code) == "True True 1"
