"""The models that a laboratory may begin with: a molecule, an organ and a technical part; and a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

from reading_room.halls.models.glb import Part, write_glb
from reading_room.halls.models.solids import (
    Point,
    Solid,
    box,
    joined,
    laid,
    moved,
    revolved,
    rod,
    sphere,
)

BOND_CC, BOND_CH = 1.39, 1.09  # of benzene, in ångström
SCALE = 0.2  # meters an ångström, so that a ring stands on a table
BLACK, WHITE, RED = (0.2, 0.2, 0.22, 1.0), (0.93, 0.93, 0.9, 1.0), (0.78, 0.2, 0.18, 1.0)
STEEL, BRASS = (0.62, 0.65, 0.7, 1.0), (0.8, 0.62, 0.28, 1.0)
WOOD, GREEN, CREAM = (0.42, 0.26, 0.15, 1.0), (0.1, 0.36, 0.26, 1.0), (0.98, 0.9, 0.7, 1.0)
HOLES = 6


def benzene() -> bytes:
    """Return the molecule of benzene: six atoms of carbon in a ring, and one of hydrogen at each."""
    parts = []
    ring, rim = [], []
    for place in range(6):
        turn = math.radians(60 * place)
        across = (math.cos(turn), math.sin(turn))
        ring.append((across[0] * BOND_CC * SCALE, across[1] * BOND_CC * SCALE, 0.0))
        far = (BOND_CC + BOND_CH) * SCALE
        rim.append((across[0] * far, across[1] * far, 0.0))
    parts.append(Part("carbon", joined([moved(sphere(0.085), at) for at in ring]), BLACK, 0.35))
    parts.append(Part("hydrogen", joined([moved(sphere(0.055), at) for at in rim]), WHITE, 0.35))
    single, double = [], []
    for place in range(6):
        one, other = ring[place], ring[(place + 1) % 6]
        single.append(rod(one, rim[place], 0.018))
        if place % 2:
            single.append(rod(one, other, 0.018))
        else:
            double += [rod(_raised(one, z), _raised(other, z), 0.015) for z in (-0.025, 0.025)]
    parts.append(Part("single-bonds", joined(single), (0.6, 0.6, 0.6, 1.0)))
    parts.append(Part("double-bonds", joined(double), RED))
    return write_glb("benzene", parts)


def eye() -> bytes:
    """Return an eye, cut open: what light passes, from the cornea to the nerve."""
    ball, front = 0.36, 0.30
    return write_glb(
        "eye",
        [
            Part("sclera", laid(sphere(ball, -80, 55)), (0.93, 0.91, 0.88, 0.35)),
            Part("retina", laid(sphere(ball - 0.02, -78, 10)), (0.8, 0.35, 0.25, 0.6)),
            Part(
                "cornea", laid(moved(sphere(0.23, 25, 90), (0, 0.19, 0))), (0.6, 0.75, 0.85, 0.35)
            ),
            Part(
                "iris",
                laid(
                    revolved(
                        [(0.19, front), (0.08, front + 0.015), (0.08, front), (0.19, front - 0.02)]
                    )
                ),
                (0.2, 0.4, 0.55, 1.0),
            ),
            Part("lens", laid(moved(_lens(0.14, 0.06), (0, 0.2, 0))), (0.85, 0.85, 0.6, 0.75)),
            Part(
                "optic-nerve", rod((0.05, 0, -0.34), (0.1, 0, -0.62), 0.05), (0.85, 0.7, 0.35, 1.0)
            ),
        ],
    )


def flange() -> bytes:
    """Return a flange with its bolts: a part of a machine, as drawings of a first course have it."""
    body = [
        (0.1, -0.05),
        (0.42, -0.05),
        (0.42, 0.05),
        (0.2, 0.05),
        (0.17, 0.3),
        (0.1, 0.3),
        (0.1, -0.05),
    ]
    places = [math.radians(360 / HOLES * each) for each in range(HOLES)]
    at = [(0.32 * math.cos(turn), 0.0, 0.32 * math.sin(turn)) for turn in places]
    heads = [
        moved(revolved([(0, 0.05), (0.05, 0.05), (0.05, 0.09), (0, 0.09)], 6), one) for one in at
    ]
    stems = [moved(revolved([(0, -0.14), (0.026, -0.14), (0.026, 0.05)], 16), one) for one in at]
    seal = revolved([(0.12, -0.07), (0.4, -0.07), (0.4, -0.051), (0.12, -0.051), (0.12, -0.07)])
    return write_glb(
        "flange",
        [
            Part("body", revolved(body), STEEL, 0.4, 0.7),
            Part("bolts", joined([*heads, *stems]), BRASS, 0.4, 0.7),
            Part("gasket", seal, RED, 0.9),
        ],
    )


def table() -> bytes:
    """Return the table of a reading room, 1.8 m wide, with a lamp on it."""
    legs = [box(0.07, 0.7, 0.07, (x, 0.35, z)) for x in (-0.82, 0.82) for z in (-0.37, 0.37)]
    top = [box(1.8, 0.05, 0.9, (0, 0.725, 0)), box(1.6, 0.08, 0.7, (0, 0.67, 0))]
    foot = revolved(
        [(0, 0.75), (0.09, 0.75), (0.09, 0.77), (0.015, 0.78), (0.015, 1.12), (0, 1.12)]
    )
    shade = moved(
        laid(revolved([(0.0, -0.17), (0.07, -0.17), (0.07, 0.17), (0.0, 0.17)])), (0, 1.14, 0)
    )
    bulb = moved(sphere(0.035), (0, 1.06, 0))
    return write_glb(
        "table",
        [
            Part("table", joined([*legs, *top]), WOOD, 0.7),
            Part("lamp", foot, BRASS, 0.4, 0.6),
            Part("shade", shade, GREEN, 0.4),
            Part("light", bulb, CREAM, 0.9),
        ],
    )


def _lens(radius: float, thick: float) -> Solid:
    """Return what bulges on both sides."""
    turns = [math.radians(-90 + 15 * step) for step in range(13)]
    return revolved([(radius * math.cos(turn), thick * math.sin(turn)) for turn in turns])


def _raised(point: Point, by: float) -> Point:
    return (point[0], point[1], point[2] + by)


READY: Mapping[str, Callable[[], bytes]] = {"benzene": benzene, "eye": eye, "flange": flange}
"""Those that a teacher may choose, by name."""


@cache
def ready(name: str) -> bytes:
    """Return a model by its name, which is one of READY; it is made once."""
    return READY[name]()
