-- A pair is shown to whoever may see something of each of the two, and to nobody else.
ALTER TABLE steward_suggestion ENABLE ROW LEVEL SECURITY;
ALTER TABLE steward_suggestion FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS both_seen ON steward_suggestion;
CREATE POLICY both_seen ON steward_suggestion FOR ALL TO sentinel_app
    USING (people_seen(first_id) AND people_seen(second_id)) WITH CHECK (people_seen(first_id) AND people_seen(second_id));
DROP POLICY IF EXISTS worker_all ON steward_suggestion;
CREATE POLICY worker_all ON steward_suggestion FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_reads ON steward_suggestion;
CREATE POLICY search_reads ON steward_suggestion FOR SELECT TO sentinel_search USING (true);
DROP POLICY IF EXISTS backup_reads ON steward_suggestion;
CREATE POLICY backup_reads ON steward_suggestion FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS owner_loads ON steward_suggestion;
CREATE POLICY owner_loads ON steward_suggestion FOR INSERT TO sentinel_owner WITH CHECK (true);

-- That a run proposed a pair is seen by who sees the pair.
ALTER TABLE steward_proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE steward_proposal FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS pair_seen ON steward_proposal;
CREATE POLICY pair_seen ON steward_proposal FOR ALL TO sentinel_app
    USING (EXISTS (SELECT 1 FROM steward_suggestion s WHERE s.id = pair_id))
    WITH CHECK (EXISTS (SELECT 1 FROM steward_suggestion s WHERE s.id = pair_id));
DROP POLICY IF EXISTS worker_all ON steward_proposal;
CREATE POLICY worker_all ON steward_proposal FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_reads ON steward_proposal;
CREATE POLICY search_reads ON steward_proposal FOR SELECT TO sentinel_search USING (true);
DROP POLICY IF EXISTS backup_reads ON steward_proposal;
CREATE POLICY backup_reads ON steward_proposal FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS owner_loads ON steward_proposal;
CREATE POLICY owner_loads ON steward_proposal FOR INSERT TO sentinel_owner WITH CHECK (true);
