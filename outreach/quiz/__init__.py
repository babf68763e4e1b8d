"""The knowledge contest: question bank, papers, marking, rankings, draw; pages for visitors and participants."""

from flask_babel import lazy_gettext as _l

from outreach.core.feature import Feature, NavItem
from outreach.quiz import public, views
from outreach.quiz.cli import quiz

feature = Feature(
    "quiz",
    blueprint=views.blueprint,
    cli=(quiz,),
    nav=(NavItem(_l("知识竞赛"), "quiz.contests", order=50),),
    home_panel=public.home_panel,
    sitemap=public.sitemap,
    init_app=views.init_app,
)
