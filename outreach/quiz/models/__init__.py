"""The tables of the knowledge contest, one module a subject; import the classes from here."""

from outreach.quiz.models.attempts import Answer, Appeal, Attempt, AttemptState, IntegritySignal, SignalState
from outreach.quiz.models.contests import (
    Contest,
    ContestEvent,
    ContestQuota,
    ContestRound,
    ContestStatus,
    ContestUnit,
    KeyRule,
    PoolEntry,
    ScoreMode,
)
from outreach.quiz.models.draws import Certificate, DrawEntrant, DrawRecord, DrawState, DrawWinner, WinnerState
from outreach.quiz.models.participants import AgeBand, Participant, ParticipantDeletion, RefusedCall, SpentChallenge
from outreach.quiz.models.populations import Population, PopulationEdition
from outreach.quiz.models.questions import (
    KeyCorrection,
    Question,
    QuestionKind,
    QuestionVersion,
    RegradeChange,
    RegradeRun,
)
from outreach.quiz.models.results import (
    BestScore,
    CountyStat,
    CurrentSnapshot,
    FoldState,
    HistogramBin,
    RankingRow,
    RankingSnapshot,
    ScoreDelta,
    UnitStat,
)
from outreach.quiz.models.sessions import ParticipantSession
from outreach.quiz.models.waiting import Gate, Ticket

__all__ = [
    "AgeBand",
    "Answer",
    "Appeal",
    "Attempt",
    "AttemptState",
    "BestScore",
    "Certificate",
    "Contest",
    "ContestEvent",
    "ContestQuota",
    "ContestRound",
    "ContestStatus",
    "ContestUnit",
    "CountyStat",
    "CurrentSnapshot",
    "DrawEntrant",
    "DrawRecord",
    "DrawState",
    "DrawWinner",
    "FoldState",
    "Gate",
    "HistogramBin",
    "IntegritySignal",
    "KeyCorrection",
    "KeyRule",
    "Participant",
    "ParticipantDeletion",
    "ParticipantSession",
    "PoolEntry",
    "Population",
    "PopulationEdition",
    "Question",
    "QuestionKind",
    "QuestionVersion",
    "RankingRow",
    "RankingSnapshot",
    "RefusedCall",
    "RegradeChange",
    "RegradeRun",
    "ScoreDelta",
    "ScoreMode",
    "SignalState",
    "SpentChallenge",
    "Ticket",
    "UnitStat",
    "WinnerState",
]
