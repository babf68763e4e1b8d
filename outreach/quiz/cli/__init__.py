"""``flask quiz …``: the bank, contests, results and draws. Commits are here and nowhere below."""

from __future__ import annotations

from flask.cli import AppGroup

from outreach.quiz.cli import bank, demo, draws, populations, results

quiz = AppGroup("quiz", help="The knowledge contest.")
for command in (*bank.COMMANDS, *results.COMMANDS, demo.demo, populations.populations):
    quiz.add_command(command)
quiz.add_command(draws.draw)

__all__ = ["quiz"]
