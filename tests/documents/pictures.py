"""Pictures with words that are known, as people paste them into papers, and pictures without any.

Each maker takes a source of chance and a fineness in dots an inch; it returns the picture and its words.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from pathlib import Path

WIDTH, HEIGHT = 595.0, 842.0
TYPED_ABOVE, TYPED_BELOW = 12, 8  # lines
WORDS = [
    "integrated",
    "care",
    "board",
    "provider",
    "deficit",
    "savings",
    "ward",
    "theatre",
    "elective",
    "waiting",
    "cancer",
    "community",
    "mental",
    "health",
    "capital",
    "estate",
    "workforce",
    "agency",
    "nursing",
    "pharmacy",
    "budget",
    "variance",
    "forecast",
    "plan",
    "month",
    "recurrent",
    "pathway",
    "discharge",
    "emergency",
    "quality",
    "safety",
    "committee",
    "assurance",
    "delivery",
    "partner",
    "system",
    "place",
    "network",
    "primary",
    "population",
    "payment",
    "whole",
    "contract",
    "alliance",
]

Made = tuple[Image.Image, list[str]]


def some(chance: random.Random, count: int) -> list[str]:
    return [chance.choice(WORDS) for _ in range(count)]


def table(chance: random.Random, dpi: int, ink: object = 20, ground: object = 255) -> Made:
    """Ruled rows of names, figures and shares."""
    pen = _Pen(dpi, 400, 130, ground)
    for row in range(8):
        cells = [
            *some(chance, 2),
            str(chance.randint(100, 999)),
            f"{chance.randint(10, 99)}%",
            *some(chance, 1),
        ]
        for across, cell in zip((4, 75, 170, 240, 310), cells, strict=True):
            pen.write(across, 4 + 15.5 * row, cell, 9, ink)
        pen.draw.line(
            [(0, (2 + 15.5 * row) * pen.scale), (pen.image.width, (2 + 15.5 * row) * pen.scale)], "grey"
        )
    return pen.image, pen.words


def slide(chance: random.Random, dpi: int) -> Made:
    """White on dark blue."""
    pen = _Pen(dpi, 420, 170, (0, 50, 120))
    pen.write(12, 8, " ".join(some(chance, 4)), 20, "white")
    for line in range(5):
        pen.write(20, 40 + 24 * line, " ".join(some(chance, 5)), 13, "white")
    return pen.image, pen.words


def chart(chance: random.Random, dpi: int) -> Made:
    """Bars with a title above and a name below each."""
    pen = _Pen(dpi, 400, 200, "white")
    pen.write(60, 4, " ".join(some(chance, 4)), 11, "black")
    for bar in range(6):
        left, top = 40 + 58 * bar, 175 - chance.randint(30, 140)
        colour = (chance.randint(0, 200), 100, chance.randint(80, 255))
        pen.draw.rectangle([edge * pen.scale for edge in (left, top, left + 30, 175)], colour)
        pen.write(left - 6, 180, chance.choice(WORDS), 8, (40, 40, 40))
    return pen.image, pen.words


def coloured(chance: random.Random, dpi: int) -> Made:
    return table(chance, dpi, (120, 0, 60), (255, 250, 220))


def dark(chance: random.Random, dpi: int) -> Made:
    return table(chance, dpi, (235, 235, 235), (30, 30, 40))


KINDS = (table, slide, chart, coloured, dark)


def photograph(chance: random.Random) -> Image.Image:
    """Clouds, leaves, pebbles or streaks: no words."""
    size = 600, 400
    match chance.randrange(4):
        case 0:
            return Image.effect_noise((75, 50), 90).resize(size, Image.Resampling.BICUBIC).convert("RGB")
        case 1:
            return Image.effect_noise(size, 80).filter(ImageFilter.GaussianBlur(1.2)).convert("RGB")
        case 2:
            image = Image.new("RGB", size)
            draw = ImageDraw.Draw(image)
            for _ in range(120):
                draw.ellipse(_somewhere(chance, size, 120), _colour(chance))
            return image.filter(ImageFilter.GaussianBlur(1.5))
        case _:
            image = Image.linear_gradient("L").resize(size).convert("RGB")
            draw = ImageDraw.Draw(image)
            for _ in range(60):
                draw.line(_somewhere(chance, size, 60), _colour(chance), chance.randint(1, 8))
            return image


def logo(chance: random.Random) -> Image.Image:
    """A few shapes of one colour on white: no words."""
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    colour = _colour(chance)
    for _ in range(chance.randint(2, 6)):
        place = _somewhere(chance, (150, 150), 150)
        chance.choice((draw.ellipse, draw.rectangle))(place, colour)
        draw.arc(_somewhere(chance, (150, 150), 150), 30, 300, colour, 12)
    return image


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return Image.open(content)


def typed_page(
    path: Path, pictures: Sequence[tuple[Image.Image, float, float, float]], chance: random.Random
) -> list[str]:
    """A page of typed lines with pictures (image; left, bottom and width in points) between; the lines."""
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    lines = [" ".join(some(chance, 8)) for _ in range(TYPED_ABOVE + TYPED_BELOW)]
    for number, line in enumerate(lines):
        below = number >= TYPED_ABOVE
        canvas.drawString(60, 160 - 15 * (number - TYPED_ABOVE) if below else 790 - 15 * number, line)
    for image, left, bottom, width in pictures:
        canvas.drawImage(ImageReader(image), left, bottom, width, width * image.height / image.width)
    canvas.save()
    return lines


class _Pen:
    """Writes words onto a picture, in points, and remembers them."""

    def __init__(self, dpi: int, width: float, height: float, ground: object) -> None:
        self.scale = dpi / 72
        self.image = Image.new("RGB", (int(width * self.scale), int(height * self.scale)), _rgb(ground))
        self.draw = ImageDraw.Draw(self.image)
        self.words: list[str] = []

    def write(self, left: float, top: float, text: str, size: float, ink: object) -> None:
        font = ImageFont.load_default(size=size * self.scale)
        self.draw.text((left * self.scale, top * self.scale), text, _rgb(ink), font)
        self.words += text.split()


def _rgb(colour: object) -> object:
    return (colour, colour, colour) if isinstance(colour, int) else colour


def _somewhere(chance: random.Random, size: tuple[int, int], largest: int) -> list[int]:
    left, top = chance.randint(0, size[0]), chance.randint(0, size[1])
    return [left, top, left + chance.randint(5, largest), top + chance.randint(5, largest)]


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(0, 200), chance.randint(0, 200), chance.randint(0, 255)
