-- What the functions of search_functions.sql write for somebody who may write neither to the record nor to the ledger.
GRANT INSERT ON hits_hit, hits_touch, hits_accessrequest, foundation_event TO sentinel_search;
GRANT UPDATE ON hits_accessrequest, hits_hit, hits_touch TO sentinel_search;
GRANT EXECUTE ON FUNCTION audit_write(text, uuid, uuid, text, text, jsonb) TO sentinel_search;
DROP POLICY IF EXISTS search_inserts ON hits_hit;
CREATE POLICY search_inserts ON hits_hit FOR INSERT TO sentinel_search WITH CHECK (true);
DROP POLICY IF EXISTS search_updates ON hits_hit;
CREATE POLICY search_updates ON hits_hit FOR UPDATE TO sentinel_search USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_inserts ON hits_touch;
CREATE POLICY search_inserts ON hits_touch FOR INSERT TO sentinel_search WITH CHECK (true);
DROP POLICY IF EXISTS search_updates ON hits_touch;
CREATE POLICY search_updates ON hits_touch FOR UPDATE TO sentinel_search USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_inserts ON hits_accessrequest;
CREATE POLICY search_inserts ON hits_accessrequest FOR INSERT TO sentinel_search WITH CHECK (true);
DROP POLICY IF EXISTS search_updates ON hits_accessrequest;
CREATE POLICY search_updates ON hits_accessrequest FOR UPDATE TO sentinel_search USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_inserts ON foundation_event;
CREATE POLICY search_inserts ON foundation_event FOR INSERT TO sentinel_search WITH CHECK (true);
-- Hits and touches are put in by these functions alone, and so are requests.
REVOKE INSERT, UPDATE ON hits_hit FROM sentinel_app;
REVOKE INSERT ON hits_touch, hits_accessrequest FROM sentinel_app;
-- A request is of the record that it was asked of, and ends with it (hits_end_of_joined).
CREATE OR REPLACE TRIGGER end_of_joined BEFORE UPDATE OF record_id ON hits_accessrequest FOR EACH ROW
    WHEN (OLD.record_id IS DISTINCT FROM NEW.record_id) EXECUTE FUNCTION hits_end_of_joined();
-- Whoever asked reads their own request; the record stays closed to them.
DROP POLICY IF EXISTS app_asker_reads ON hits_accessrequest;
CREATE POLICY app_asker_reads ON hits_accessrequest FOR SELECT TO sentinel_app USING (asker_id = (SELECT sentinel_user()));

-- What of searching is odd is the auditors' to read and to answer, and the worker's to write. Up to when it has looked, nobody asks.
ALTER TABLE hits_concern ENABLE ROW LEVEL SECURITY;
ALTER TABLE hits_concern FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS auditors ON hits_concern;
CREATE POLICY auditors ON hits_concern FOR ALL TO sentinel_app USING ((SELECT sentinel_is_auditor())) WITH CHECK ((SELECT sentinel_is_auditor()));
DROP POLICY IF EXISTS worker_all ON hits_concern;
CREATE POLICY worker_all ON hits_concern FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS backup_reads ON hits_concern;
CREATE POLICY backup_reads ON hits_concern FOR SELECT TO sentinel_backup USING (true);
GRANT SELECT, INSERT, UPDATE ON hits_concern, hits_watched TO sentinel_worker;
-- What somebody asked about is digests for the worker alone, who deletes them (watching.py).
ALTER TABLE hits_askedthing ENABLE ROW LEVEL SECURITY;
ALTER TABLE hits_askedthing FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS search_inserts ON hits_askedthing;
CREATE POLICY search_inserts ON hits_askedthing FOR INSERT TO sentinel_search WITH CHECK (true);
DROP POLICY IF EXISTS search_reads ON hits_askedthing;
CREATE POLICY search_reads ON hits_askedthing FOR SELECT TO sentinel_search USING (true);
DROP POLICY IF EXISTS worker_all ON hits_askedthing;
CREATE POLICY worker_all ON hits_askedthing FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS backup_reads ON hits_askedthing;
CREATE POLICY backup_reads ON hits_askedthing FOR SELECT TO sentinel_backup USING (true);
GRANT INSERT ON hits_askedthing TO sentinel_search;
GRANT SELECT, DELETE ON hits_askedthing TO sentinel_worker;
-- The search counts how often somebody searched (hits_searched), and reads nothing else of the audit.
DROP POLICY IF EXISTS search_counts ON audit_entry;
CREATE POLICY search_counts ON audit_entry FOR SELECT TO sentinel_search USING (kind = 'search');
