"""`make reference`: docs/reference/ anew, from the code that it describes, and the figures in the README."""

from __future__ import annotations

from documentation import figures
from documentation.pages import ROOT
from documentation.reference import made


def main() -> None:
    """Write every page that has changed."""
    for name, text in {**made.pages(), **figures.pages()}.items():
        path = ROOT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"- {name}")


if __name__ == "__main__":
    main()
