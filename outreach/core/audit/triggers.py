"""SQL that makes the audit log append-only for everybody who may not change the schema itself.

A later change of these texts needs a migration: revisions hold copies of their own.
"""

from __future__ import annotations

from typing import Final

FIRST_HEAD: Final = "INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')"

SQLITE: Final = (
    """CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END""",
    """CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """CREATE TRIGGER audit_entry_only_behind BEFORE INSERT ON audit_entry
WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM audit_entry)
BEGIN SELECT RAISE(ABORT, 'audit entries are only added behind the last'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the head of the audit log is never deleted'); END""",
    """CREATE TRIGGER audit_head_one_row BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END""",
    """CREATE TRIGGER audit_head_counts_up BEFORE UPDATE ON audit_head
WHEN NEW.number < OLD.number OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'the head of the audit log only counts up'); END""",
)

POSTGRESQL: Final = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR INSERT ON audit_head
FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_head_counts_up BEFORE UPDATE ON audit_head
FOR EACH ROW WHEN (NEW.number < OLD.number OR NEW.id <> OLD.id) EXECUTE FUNCTION audit_refuse()""",
)

#: What stays in PostgreSQL when the tables are dropped.
CLEAN_UP: Final = ("DROP FUNCTION IF EXISTS audit_refuse()",)
