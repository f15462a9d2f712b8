"""The catalogue of commands that load models."""

from __future__ import annotations

from ptmdeps.scan.commands.command import Commands
from ptmdeps.scan.commands.rows import downloads, servers, tools

COMMANDS = Commands((*downloads.ROWS, *servers.ROWS, *tools.ROWS))
"""Every command that is known by its name; scripts of the project itself are read by their options."""
