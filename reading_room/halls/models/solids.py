"""Solids as triangles: what revolves around an axis, spheres, rods between two points, and boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float, float]
AROUND = 24  # sides of what is round


@dataclass(frozen=True)
class Solid:
    """points and normals: one normal a point, of length 1; triangles: indexes of points, counterclockwise."""

    points: tuple[Point, ...]
    normals: tuple[Point, ...]
    triangles: tuple[int, ...]


def revolved(profile: Sequence[tuple[float, float]], around: int = AROUND) -> Solid:
    """Return what a line makes that turns around the y axis. profile: (radius, height), from below upward.

    A corner of the line stays a corner: each piece has points of its own.
    """
    points: list[Point] = []
    normals: list[Point] = []
    triangles: list[int] = []
    for (low_radius, low), (high_radius, high) in pairwise(profile):
        length = math.hypot(high - low, high_radius - low_radius) or 1.0
        outward, upward = (high - low) / length, (low_radius - high_radius) / length
        start = len(points)
        for step in range(around + 1):
            turn = 2 * math.pi * step / around
            sine, cosine = math.sin(turn), math.cos(turn)
            for radius, height in ((low_radius, low), (high_radius, high)):
                points.append((radius * cosine, height, radius * sine))
                normals.append((outward * cosine, upward, outward * sine))
        for step in range(around):
            one = start + 2 * step
            triangles += [one, one + 1, one + 2, one + 1, one + 3, one + 2]
    return Solid(tuple(points), tuple(normals), tuple(triangles))


def sphere(radius: float, begin: float = -90, end: float = 90, rings: int = 12) -> Solid:
    """Return a sphere, or the part of it between two latitudes in degrees, with smooth normals."""
    turns = [math.radians(begin + (end - begin) * ring / rings) for ring in range(rings + 1)]
    profile = [(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]
    made = revolved(profile)
    normals = tuple((x / radius, y / radius, z / radius) for x, y, z in made.points)
    return Solid(made.points, tuple(_unit(normal) for normal in normals), made.triangles)


def rod(one: Point, other: Point, radius: float, around: int = 16) -> Solid:
    """Return a closed cylinder from one point to another."""
    way = tuple(b - a for a, b in zip(one, other, strict=True))
    length = math.sqrt(sum(part * part for part in way))
    made = revolved([(0, 0), (radius, 0), (radius, length), (0, length)], around)
    up = _unit((way[0], way[1], way[2]))
    helper = (1.0, 0.0, 0.0) if abs(up[0]) < 0.9 else (0.0, 0.0, 1.0)
    side = _unit(_cross(up, helper))
    third = _cross(side, up)

    def turned(point: Point) -> Point:
        x, y, z = point
        return (
            x * side[0] + y * up[0] + z * third[0],
            x * side[1] + y * up[1] + z * third[1],
            x * side[2] + y * up[2] + z * third[2],
        )

    points = tuple(_added(one, turned(point)) for point in made.points)
    return Solid(points, tuple(_unit(turned(n)) for n in made.normals), made.triangles)


def box(width: float, height: float, depth: float, middle: Point = (0, 0, 0)) -> Solid:
    """Return a box around a point."""
    points: list[Point] = []
    normals: list[Point] = []
    triangles: list[int] = []
    half = (width / 2, height / 2, depth / 2)
    for axis in range(3):
        for sign in (1, -1):
            start = len(points)
            one, other = (axis + 1) % 3, (axis + 2) % 3
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                place = [0.0, 0.0, 0.0]
                place[axis], place[one], place[other] = (
                    sign * half[axis],
                    a * half[one],
                    b * half[other],
                )
                points.append(_added(middle, (place[0], place[1], place[2])))
                normal = [0.0, 0.0, 0.0]
                normal[axis] = float(sign)
                normals.append((normal[0], normal[1], normal[2]))
            turn = (0, 1, 2, 0, 2, 3) if sign == 1 else (0, 2, 1, 0, 3, 2)
            triangles += [start + corner for corner in turn]
    return Solid(tuple(points), tuple(normals), tuple(triangles))


def moved(solid: Solid, by: Point) -> Solid:
    """Return the solid at another place."""
    points = tuple(_added(point, by) for point in solid.points)
    return Solid(points, solid.normals, solid.triangles)


def laid(solid: Solid) -> Solid:
    """Return the solid with its y axis along z: what stood points to who looks."""
    points = tuple((x, -z, y) for x, y, z in solid.points)
    return Solid(points, tuple((x, -z, y) for x, y, z in solid.normals), solid.triangles)


def joined(solids: Sequence[Solid]) -> Solid:
    """Return several solids as one."""
    points: list[Point] = []
    normals: list[Point] = []
    triangles: list[int] = []
    for solid in solids:
        triangles += [corner + len(points) for corner in solid.triangles]
        points += solid.points
        normals += solid.normals
    return Solid(tuple(points), tuple(normals), tuple(triangles))


def _added(one: Point, other: Point) -> Point:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def _cross(a: Point, b: Point) -> Point:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _unit(point: Point) -> Point:
    length = math.sqrt(sum(part * part for part in point)) or 1.0
    return (point[0] / length, point[1] / length, point[2] / length)
