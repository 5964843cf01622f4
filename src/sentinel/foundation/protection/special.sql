-- Tables whose policies are their own.

ALTER TABLE access_reach ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_reach FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_reach ON access_reach;
CREATE POLICY own_reach ON access_reach FOR SELECT TO sentinel_app
    USING (holder_id = ANY ((SELECT sentinel_holders())::uuid[]));
DROP POLICY IF EXISTS search_all ON access_reach;
CREATE POLICY search_all ON access_reach FOR ALL TO sentinel_search USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS worker_reads ON access_reach;
CREATE POLICY worker_reads ON access_reach FOR SELECT TO sentinel_worker USING (true);
DROP POLICY IF EXISTS backup_reads ON access_reach;
CREATE POLICY backup_reads ON access_reach FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS owner_loads ON access_reach;
CREATE POLICY owner_loads ON access_reach FOR INSERT TO sentinel_owner WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON access_reach TO sentinel_search;

-- The audit: appended through functions, read by the owner of the record or an auditor, never changed.
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON audit_entry;
CREATE POLICY app_reads ON audit_entry FOR SELECT TO sentinel_app USING (
    (SELECT sentinel_is_auditor())
    OR (record_id IS NOT NULL AND sentinel_rung(record_id) >= 4
        AND (audience_id IS NULL OR sentinel_rung(audience_id) >= 2)));
DROP POLICY IF EXISTS appended ON audit_entry;
CREATE POLICY appended ON audit_entry FOR INSERT TO sentinel_owner WITH CHECK (true);
DROP POLICY IF EXISTS worker_reads ON audit_entry;
CREATE POLICY worker_reads ON audit_entry FOR SELECT TO sentinel_worker USING (true);
DROP POLICY IF EXISTS backup_reads ON audit_entry;
CREATE POLICY backup_reads ON audit_entry FOR SELECT TO sentinel_backup USING (true);

ALTER TABLE audit_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_history FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON audit_history;
CREATE POLICY app_reads ON audit_history FOR SELECT TO sentinel_app USING (
    CASE WHEN record_id IS NULL THEN (SELECT sentinel_is_auditor())
         ELSE sentinel_rung(record_id) >= 2 AND (audience_id IS NULL OR sentinel_rung(audience_id) >= 2) END);
DROP POLICY IF EXISTS appended ON audit_history;
CREATE POLICY appended ON audit_history FOR INSERT TO sentinel_owner WITH CHECK (true);
DROP POLICY IF EXISTS worker_reads ON audit_history;
CREATE POLICY worker_reads ON audit_history FOR SELECT TO sentinel_worker USING (true);
DROP POLICY IF EXISTS backup_reads ON audit_history;
CREATE POLICY backup_reads ON audit_history FOR SELECT TO sentinel_backup USING (true);

REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_entry, audit_history FROM sentinel_app, sentinel_worker;
REVOKE ALL ON audit_seal, audit_sealed FROM sentinel_app;
GRANT SELECT ON audit_seal, audit_sealed TO sentinel_app;
GRANT SELECT, INSERT ON audit_seal, audit_sealed TO sentinel_worker;

-- Break-glass writes its own row and its line in the ledger for a reader who may write neither.
GRANT INSERT ON access_breakglass, access_disclosure TO sentinel_search;
DROP POLICY IF EXISTS search_inserts ON access_breakglass;
CREATE POLICY search_inserts ON access_breakglass FOR INSERT TO sentinel_search WITH CHECK (true);
DROP POLICY IF EXISTS search_inserts ON access_disclosure;
CREATE POLICY search_inserts ON access_disclosure FOR INSERT TO sentinel_search WITH CHECK (true);
