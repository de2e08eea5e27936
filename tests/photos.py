"""Pictures to attach."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def photo(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
    """A camera with a broken glass, roughly."""
    image = Image.new("RGB", (width, height), "#b9c7cc")
    draw = ImageDraw.Draw(image)
    box = (width * 0.3, height * 0.2, width * 0.7, height * 0.8)
    draw.ellipse(box, fill="#22313a", outline="#eef2f3", width=max(1, width // 60))
    draw.line((width * 0.35, height * 0.7, width * 0.5, height * 0.4, width * 0.66, height * 0.3), "#f2f6f8", 3)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()
