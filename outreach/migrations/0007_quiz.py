"""The knowledge contest: question bank, contests, papers, counts, draws.

Revision 0007; 2026-11-25. The tables are written out as they were on that day: later code must not change what an old
revision does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
MOMENT = sa.DateTime(timezone=True)


def choice(*values: str) -> sa.Enum:
    """One of a few words."""
    return sa.Enum(*values, native_enum=False, length=32)


sa.Table(
    "quiz_contest",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.String(64), unique=True, nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("summary_en", sa.Text, nullable=False),
    sa.Column("organiser", sa.String(300), nullable=False),
    sa.Column("organiser_en", sa.String(300), nullable=False),
    sa.Column("status", choice("draft", "published", "final", "withdrawn"), nullable=False),
    sa.Column("study_from", MOMENT),
    sa.Column("opens_at", MOMENT, nullable=False),
    sa.Column("closes_at", MOMENT, nullable=False),
    sa.Column("extended_to", MOMENT),
    sa.Column("is_practice_after", sa.Boolean, nullable=False),
    sa.Column("seconds_per_paper", sa.Integer, nullable=False),
    sa.Column("questions_per_paper", sa.Integer, nullable=False),
    sa.Column("attempts_per_day", sa.Integer, nullable=False),
    sa.Column("attempts_total", sa.Integer, nullable=False),
    sa.Column("is_repeat_avoided", sa.Boolean, nullable=False),
    sa.Column("score_mode", choice("best", "first", "last"), nullable=False),
    sa.Column("pass_centipoints", sa.Integer, nullable=False),
    sa.Column("full_centipoints", sa.Integer, nullable=False),
    sa.Column("key_rule", choice("after_submit", "after_close", "never"), nullable=False),
    sa.Column("brackets", sa.Text, nullable=False),
    sa.Column("consent_version", sa.String(64), nullable=False),
    sa.Column("minimum_sample", sa.Integer, nullable=False),
    sa.Column("snapshot_every_s", sa.Integer, nullable=False),
    sa.Column("starts_per_second", sa.Integer, nullable=False),
    sa.Column("work_bits", sa.Integer, nullable=False),
    sa.Column("draw_plan", sa.Text, nullable=False),
    sa.Column("kept_days", sa.Integer, nullable=False),
    sa.Column("paused_at", MOMENT),
    sa.Column("freeze_at", MOMENT),
    sa.Column("unfrozen_at", MOMENT),
    sa.Column("pool_hash", sa.String(64), nullable=False),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    sa.Column("created_by", sa.String(300), nullable=False),
    sa.Column("published_by", sa.String(300), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("updated_at", MOMENT, nullable=False),
    sa.CheckConstraint("attempts_per_day BETWEEN 1 AND attempts_total", name="attempts_per_day_sensible"),
    sa.CheckConstraint("attempts_total BETWEEN 1 AND 1000", name="attempts_total_sensible"),
    sa.CheckConstraint("extended_to IS NULL OR extended_to > closes_at", name="extension_is_later"),
    sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    sa.CheckConstraint("questions_per_paper BETWEEN 1 AND 200", name="paper_length_sensible"),
    sa.CheckConstraint("seconds_per_paper BETWEEN 30 AND 86400", name="paper_time_sensible"),
    sa.CheckConstraint("pass_centipoints >= 0", name="pass_mark_not_negative"),
    sa.CheckConstraint("published_by = '' OR published_by <> created_by", name="published_by_a_second_person"),
    sa.CheckConstraint("minimum_sample >= 2", name="sample_hides_single_people"),
    sa.CheckConstraint("study_from IS NULL OR study_from <= opens_at", name="study_comes_first"),
)
sa.Table(
    "quiz_fold_state",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("fold_id", sa.Integer, nullable=False),
    sa.Column("deltas", sa.Integer, nullable=False),
    sa.Column("folded_at", MOMENT, nullable=False),
)
sa.Table(
    "quiz_question",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(64), unique=True, nullable=False),
    sa.Column("retired_at", MOMENT),
)
sa.Table(
    "quiz_refused_call",
    METADATA,
    sa.Column("contest_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
)
sa.Table(
    "quiz_spent_challenge",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("expires_at", MOMENT, index=True, nullable=False),
)
sa.Table(
    "quiz_contest_event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), index=True, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.String(300), nullable=False),
    sa.Column("at", MOMENT, nullable=False),
)
sa.Table(
    "quiz_county_stat",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("county_code", sa.String(6), primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("participants", sa.Integer, nullable=False),
    sa.Column("centipoints", sa.BigInteger, nullable=False),
    sa.Column("full_marks", sa.Integer, nullable=False),
    sa.CheckConstraint(
        "attempts >= 0 AND participants >= 0 AND centipoints >= 0 AND full_marks >= 0", name="counts_not_negative"
    ),
)
sa.Table(
    "quiz_draw",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("state", choice("committed", "revealed", "superseded"), nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("entrant_count", sa.Integer, nullable=False),
    sa.Column("entrants_hash", sa.String(64), nullable=False),
    sa.Column("seed_hash", sa.String(64), nullable=False),
    sa.Column("sealed_seed", sa.Text, nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("public_source", sa.String(300), nullable=False),
    sa.Column("public_value", sa.String(300), nullable=False),
    sa.Column("committed_by", sa.String(300), nullable=False),
    sa.Column("committed_at", MOMENT, nullable=False),
    sa.Column("revealed_by", sa.String(300), nullable=False),
    sa.Column("revealed_at", MOMENT),
    sa.Column("approved_by", sa.String(300), nullable=False),
    sa.Column("redraw_reason", sa.Text, nullable=False),
    sa.UniqueConstraint("contest_id", "name", "turn"),
    sa.CheckConstraint(
        "turn = 1 OR (redraw_reason <> '' AND approved_by <> '' AND approved_by <> committed_by)",
        name="redraw_needs_two_people_and_a_reason",
    ),
    sa.CheckConstraint("(state = 'committed') = (seed = '')", name="seed_is_public_when_revealed"),
)
sa.Table(
    "quiz_gate",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("moved_at", MOMENT, nullable=False),
    sa.Column("allowance_milli", sa.Integer, nullable=False),
)
sa.Table(
    "quiz_histogram_bin",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("bracket", sa.String(64), primary_key=True),
    sa.Column("centipoints", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("second", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.CheckConstraint("count >= 0", name="count_not_negative"),
)
sa.Table(
    "quiz_participant",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("public_id", sa.String(32), unique=True, nullable=False),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("nickname", sa.String(60), nullable=False),
    sa.Column("age_band", choice("under-14", "14-17", "18-35", "36-59", "60-plus"), nullable=False),
    sa.Column("county_code", sa.String(6), nullable=False),
    sa.Column("unit_code", sa.String(64), nullable=False),
    sa.Column("bracket", sa.String(64), nullable=False),
    sa.Column("consent_version", sa.String(64), nullable=False),
    sa.Column("consented_at", MOMENT, nullable=False),
    sa.Column("guardian_consented_at", MOMENT),
    sa.Column("recovery_hash", sa.String(64), unique=True),
    sa.Column("locked_at", MOMENT),
    sa.Column("extra_time_percent", sa.Integer, nullable=False),
    sa.Column("extra_attempts", sa.Integer, nullable=False),
    sa.Column("device_hash", sa.String(32), nullable=False),
    sa.Column("network_hash", sa.String(32), nullable=False),
    sa.Column("joined_at", MOMENT, nullable=False),
    sa.Column("deleted_at", MOMENT),
    sa.CheckConstraint("length(county_code) = 6", name="county_code_has_six_digits"),
    sa.CheckConstraint("extra_attempts >= 0", name="extra_attempts_not_negative"),
    sa.CheckConstraint("extra_time_percent BETWEEN 100 AND 300", name="extra_time_sensible"),
    sa.CheckConstraint(
        "age_band <> 'under-14' OR guardian_consented_at IS NOT NULL OR deleted_at IS NOT NULL",
        name="guardian_consents_for_children",
    ),
    sa.Index("ix_quiz_participant_contest_id_county_code", "contest_id", "county_code"),
    sa.Index("ix_quiz_participant_contest_id_device_hash", "contest_id", "device_hash"),
)
sa.Table(
    "quiz_participant_deletion",
    METADATA,
    sa.Column("public_id_hash", sa.String(64), primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("receipt", sa.String(32), nullable=False),
    sa.Column("deleted_at", MOMENT, nullable=False),
)
sa.Table(
    "quiz_question_version",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("question_id", sa.Integer, sa.ForeignKey("quiz_question.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", choice("single", "multiple", "true_false", "ordering", "fill_in"), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("difficulty", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("created_by", sa.String(300), nullable=False),
    sa.UniqueConstraint("question_id", "number"),
    sa.CheckConstraint("difficulty BETWEEN 1 AND 3", name="difficulty_known"),
    sa.CheckConstraint("number >= 1", name="number_from_one"),
    sa.Index("ix_quiz_question_version_text_hash", "text_hash"),
)
sa.Table(
    "quiz_quota",
    METADATA,
    sa.Column(
        "contest_id",
        sa.Integer,
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("difficulty", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
    sa.CheckConstraint("count >= 1", name="count_from_one"),
    sa.CheckConstraint("difficulty BETWEEN 0 AND 3", name="difficulty_known"),
    sa.CheckConstraint("points BETWEEN 1 AND 100", name="points_sensible"),
)
sa.Table(
    "quiz_ranking_snapshot",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), index=True, nullable=False),
    sa.Column("as_of", MOMENT, nullable=False),
    sa.Column("fold_id", sa.Integer, nullable=False),
    sa.Column("participants", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("is_final", sa.Boolean, nullable=False),
)
sa.Table(
    "quiz_round",
    METADATA,
    sa.Column(
        "contest_id",
        sa.Integer,
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("opens_at", MOMENT, nullable=False),
    sa.Column("closes_at", MOMENT, nullable=False),
    sa.CheckConstraint("number >= 1", name="number_from_one"),
    sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
)
sa.Table(
    "quiz_score_delta",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("county_code", sa.String(6), nullable=False),
    sa.Column("unit_code", sa.String(64), nullable=False),
    sa.Column("bracket", sa.String(64), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("participants", sa.Integer, nullable=False),
    sa.Column("centipoints", sa.Integer, nullable=False),
    sa.Column("full_marks", sa.Integer, nullable=False),
    sa.Column("old_centipoints", sa.Integer),
    sa.Column("old_second", sa.Integer),
    sa.Column("new_centipoints", sa.Integer),
    sa.Column("new_second", sa.Integer),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("fold_id", sa.Integer),
    sa.Index(
        "ix_quiz_score_delta_unfolded",
        "id",
        sqlite_where=sa.text("fold_id IS NULL"),
        postgresql_where=sa.text("fold_id IS NULL"),
    ),
)
sa.Table(
    "quiz_unit",
    METADATA,
    sa.Column(
        "contest_id",
        sa.Integer,
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("county_code", sa.String(6), nullable=False),
    sa.Column("roll", sa.Integer),
)
sa.Table(
    "quiz_unit_stat",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("unit_code", sa.String(64), primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("participants", sa.Integer, nullable=False),
    sa.Column("centipoints", sa.BigInteger, nullable=False),
    sa.Column("full_marks", sa.Integer, nullable=False),
    sa.CheckConstraint(
        "attempts >= 0 AND participants >= 0 AND centipoints >= 0 AND full_marks >= 0", name="counts_not_negative"
    ),
)
sa.Table(
    "quiz_attempt",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("public_id", sa.String(32), unique=True, nullable=False),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("round_no", sa.Integer, nullable=False),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), nullable=False),
    sa.Column("attempt_no", sa.Integer, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("day_no", sa.Integer, nullable=False),
    sa.Column("state", choice("open", "submitted", "expired", "void"), nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("paper", sa.Text, nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("deadline_at", MOMENT, nullable=False),
    sa.Column("paused_ms", sa.Integer, nullable=False),
    sa.Column("is_extended", sa.Boolean, nullable=False),
    sa.Column("save_count", sa.Integer, nullable=False),
    sa.Column("receipt", sa.String(64), nullable=False),
    sa.Column("submitted_at", MOMENT),
    sa.Column("elapsed_ms", sa.Integer),
    sa.Column("rank_ms", sa.Integer),
    sa.Column("centipoints", sa.Integer),
    sa.Column("is_full", sa.Boolean, nullable=False),
    sa.Column("marks", sa.Text),
    sa.Column("void_reason", sa.Text, nullable=False),
    sa.Column("voided_by", sa.String(300), nullable=False),
    sa.Column("voided_at", MOMENT),
    sa.UniqueConstraint("contest_id", "participant_id", "attempt_no"),
    sa.UniqueConstraint("contest_id", "participant_id", "day", "day_no"),
    sa.CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name="closed_has_a_moment"),
    sa.CheckConstraint(
        "state NOT IN ('submitted', 'expired') OR (centipoints IS NOT NULL AND elapsed_ms IS NOT NULL)",
        name="closed_is_marked",
    ),
    sa.CheckConstraint("elapsed_ms IS NULL OR elapsed_ms >= 0", name="elapsed_not_negative"),
    sa.CheckConstraint("deadline_at > started_at", name="ends_after_it_starts"),
    sa.CheckConstraint("attempt_no >= 1 AND day_no >= 1", name="numbers_from_one"),
    sa.CheckConstraint("centipoints IS NULL OR centipoints >= 0", name="score_not_negative"),
    sa.CheckConstraint("state <> 'void' OR void_reason <> ''", name="void_has_a_reason"),
    sa.Index("ix_quiz_attempt_contest_id_id", "contest_id", "id"),
    sa.Index(
        "ix_quiz_attempt_open_deadline_at",
        "deadline_at",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index(
        "uq_quiz_attempt_one_open",
        "contest_id",
        "participant_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
sa.Table(
    "quiz_current_snapshot",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("public_id", sa.Integer, sa.ForeignKey("quiz_ranking_snapshot.id")),
    sa.Column("newest_id", sa.Integer, sa.ForeignKey("quiz_ranking_snapshot.id"), nullable=False),
)
sa.Table(
    "quiz_draw_entrant",
    METADATA,
    sa.Column("draw_id", sa.Integer, sa.ForeignKey("quiz_draw.id"), primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), index=True, nullable=False),
)
sa.Table(
    "quiz_draw_winner",
    METADATA,
    sa.Column("draw_id", sa.Integer, sa.ForeignKey("quiz_draw.id"), primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(32), nullable=False),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), nullable=False),
    sa.Column("prize", sa.String(300), nullable=False),
    sa.Column("state", choice("offered", "claimed", "forfeited"), nullable=False),
    sa.Column("claim_hash", sa.String(64), nullable=False),
    sa.Column("claim_expires_at", MOMENT),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_at", MOMENT),
    sa.Column("sealed_contact", sa.Text, nullable=False),
    sa.Column("contact_delete_after", MOMENT),
    sa.UniqueConstraint("draw_id", "code"),
    sa.CheckConstraint("state <> 'claimed' OR claimed_at IS NOT NULL", name="claimed_has_a_moment"),
    sa.CheckConstraint("tries BETWEEN 0 AND 5", name="five_tries"),
)
sa.Table(
    "quiz_key_correction",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version_id", sa.Integer, sa.ForeignKey("quiz_question_version.id"), index=True, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("is_for_all", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_by", sa.String(300), nullable=False),
    sa.Column("made_at", MOMENT, nullable=False),
    sa.CheckConstraint("reason <> ''", name="has_a_reason"),
)
sa.Table(
    "quiz_pool_entry",
    METADATA,
    sa.Column(
        "contest_id",
        sa.Integer,
        sa.ForeignKey("quiz_contest.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "version_id", sa.Integer, sa.ForeignKey("quiz_question_version.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("question_id", sa.Integer, sa.ForeignKey("quiz_question.id"), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("difficulty", sa.Integer, nullable=False),
    sa.Column("kind", choice("single", "multiple", "true_false", "ordering", "fill_in"), nullable=False),
)
sa.Table(
    "quiz_ranking_row",
    METADATA,
    sa.Column(
        "snapshot_id",
        sa.Integer,
        sa.ForeignKey("quiz_ranking_snapshot.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("board", sa.String(32), primary_key=True),
    sa.Column("scope", sa.String(80), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("county_code", sa.String(6), nullable=False),
    sa.Column("centipoints", sa.BigInteger),
    sa.Column("rank_ms", sa.Integer),
    sa.Column("participants", sa.Integer),
    sa.Column("attempts", sa.Integer),
    sa.Column("full_marks", sa.Integer),
    sa.Column("population", sa.Integer),
    sa.Column("participants_per_10m", sa.Integer),
    sa.Column("is_small", sa.Boolean, nullable=False),
)
sa.Table(
    "quiz_ticket",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), nullable=False),
    sa.Column("taken_at", MOMENT, nullable=False),
    sa.Column("admitted_at", MOMENT),
    sa.UniqueConstraint("contest_id", "participant_id"),
    sa.Index(
        "ix_quiz_ticket_waiting",
        "contest_id",
        "id",
        sqlite_where=sa.text("admitted_at IS NULL"),
        postgresql_where=sa.text("admitted_at IS NULL"),
    ),
)
sa.Table(
    "quiz_answer",
    METADATA,
    sa.Column(
        "attempt_id",
        sa.Integer,
        sa.ForeignKey("quiz_attempt.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("saved_at", MOMENT, nullable=False),
    sa.CheckConstraint("sequence >= 1", name="sequence_from_one"),
)
sa.Table(
    "quiz_appeal",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempt.id"), unique=True, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_at", MOMENT, nullable=False),
    sa.Column("is_granted", sa.Boolean),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("decided_by", sa.String(300), nullable=False),
    sa.Column("decided_at", MOMENT),
    sa.CheckConstraint("decided_at IS NULL OR answer <> ''", name="decision_has_an_answer"),
)
sa.Table(
    "quiz_best_score",
    METADATA,
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column(
        "participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), primary_key=True, autoincrement=False
    ),
    sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempt.id"), nullable=False),
    sa.Column("centipoints", sa.Integer, nullable=False),
    sa.Column("rank_ms", sa.Integer, nullable=False),
    sa.Column("submitted_at", MOMENT, nullable=False),
    sa.Column("is_full", sa.Boolean, nullable=False),
    sa.Column("county_code", sa.String(6), nullable=False),
    sa.Column("unit_code", sa.String(64), nullable=False),
    sa.Column("bracket", sa.String(64), nullable=False),
    sa.CheckConstraint("centipoints >= 0 AND rank_ms >= 0", name="figures_not_negative"),
    sa.Index("ix_quiz_best_score_contest_id_county_code", "contest_id", "county_code"),
    sa.Index("ix_quiz_best_score_order", "contest_id", sa.desc("centipoints"), "rank_ms", "submitted_at", "attempt_id"),
)
sa.Table(
    "quiz_certificate",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String(32), unique=True, nullable=False),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), nullable=False),
    sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempt.id"), unique=True, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("centipoints", sa.Integer, nullable=False),
    sa.Column("issued_at", MOMENT, nullable=False),
    sa.Column("revoked_at", MOMENT),
    sa.Column("revoke_reason", sa.Text, nullable=False),
    sa.CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name="revoking_has_a_reason"),
)
sa.Table(
    "quiz_integrity_signal",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), index=True, nullable=False),
    sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempt.id"), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("weight", sa.Integer, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("state", choice("waiting", "cleared", "confirmed"), nullable=False),
    sa.Column("found_at", MOMENT, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("decided_by", sa.String(300), nullable=False),
    sa.Column("decided_at", MOMENT),
    sa.UniqueConstraint("attempt_id", "kind"),
)
sa.Table(
    "quiz_regrade_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("correction_id", sa.Integer, sa.ForeignKey("quiz_key_correction.id"), unique=True, nullable=False),
    sa.Column("last_attempt_id", sa.Integer, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("finished_at", MOMENT),
)
sa.Table(
    "quiz_regrade_change",
    METADATA,
    sa.Column("run_id", sa.Integer, sa.ForeignKey("quiz_regrade_run.id"), primary_key=True, autoincrement=False),
    sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempt.id"), primary_key=True, autoincrement=False),
    sa.Column("old_centipoints", sa.Integer, nullable=False),
    sa.Column("new_centipoints", sa.Integer, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
)

sa.Table(
    "quiz_session",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("contest_id", sa.Integer, sa.ForeignKey("quiz_contest.id"), primary_key=True, autoincrement=False),
    sa.Column("participant_id", sa.Integer, sa.ForeignKey("quiz_participant.id"), index=True, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, index=True, nullable=False),
)


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind(), checkfirst=False)
