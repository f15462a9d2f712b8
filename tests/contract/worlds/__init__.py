"""Hubs as worlds of one model each, for what every hub promises; one module a hub."""

from tests.contract.worlds.world import WORLDS, World

__all__ = ["WORLDS", "World"]
