-- Whoever may read a case may read what is open in it. That somebody is not assessed is told also where the reader does
-- not see who it is: a case must not look less at risk to who sees less of it (docs/access.md).
ALTER TABLE insight_matter ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_matter FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON insight_matter;
CREATE POLICY app_reads ON insight_matter FOR SELECT TO sentinel_app USING (
    (agency_id = (SELECT sentinel_agency())
     OR COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = insight_matter.record_id
                     AND r.holder_id = ANY ((SELECT sentinel_holders())::uuid[])
                     AND (r.until IS NULL OR r.until > (SELECT sentinel_now()))), 0) >= 2)
    AND (audience_id IS NULL OR kind = 1
     OR COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = insight_matter.audience_id
                     AND r.holder_id = ANY ((SELECT sentinel_holders())::uuid[])
                     AND (r.until IS NULL OR r.until > (SELECT sentinel_now()))), 0) >= 2));
DROP POLICY IF EXISTS worker_reads ON insight_matter;
CREATE POLICY worker_reads ON insight_matter FOR SELECT TO sentinel_worker USING (true);
DROP POLICY IF EXISTS backup_reads ON insight_matter;
CREATE POLICY backup_reads ON insight_matter FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS search_all ON insight_matter;
CREATE POLICY search_all ON insight_matter FOR ALL TO sentinel_search USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON insight_matter TO sentinel_search;
GRANT USAGE, SELECT ON SEQUENCE insight_matter_id_seq TO sentinel_search;

DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        ('cases_case', 'INSERT', 'insight_follow_case'), ('cases_case', 'UPDATE', 'insight_follow_case'),
        ('cases_party', 'UPDATE', 'insight_follow_rows'),
        ('cases_partyrole', 'INSERT', 'insight_follow_roles'), ('cases_partyrole', 'UPDATE', 'insight_follow_roles'),
        ('risk_assessment', 'INSERT', 'insight_follow_rows'), ('risk_assessment', 'UPDATE', 'insight_follow_rows'),
        ('risk_deferral', 'INSERT', 'insight_follow_rows'), ('risk_deferral', 'UPDATE', 'insight_follow_rows'),
        ('risk_highrisk', 'UPDATE', 'insight_follow_rows'),
        ('risk_toldofhighrisk', 'INSERT', 'insight_follow_told'), ('risk_toldofhighrisk', 'UPDATE', 'insight_follow_told')
    ) AS t (tab, op, fn) LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS insight_%s ON %I', lower(one.op), one.tab);
        EXECUTE format('CREATE TRIGGER insight_%s AFTER %s ON %I REFERENCING %s NEW TABLE AS new_rows FOR EACH STATEMENT'
                       ' EXECUTE FUNCTION %I()', lower(one.op), one.op, one.tab,
                       CASE WHEN one.fn = 'insight_follow_case' AND one.op = 'UPDATE' THEN 'OLD TABLE AS old_rows' ELSE '' END,
                       one.fn);
    END LOOP;
END $$;

-- Past weeks: an agency reads its own, the worker adds, the owner loads a demonstration, and nobody changes one.
ALTER TABLE insight_weekfigures ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_weekfigures FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON insight_weekfigures;
CREATE POLICY app_reads ON insight_weekfigures FOR SELECT TO sentinel_app USING (agency_id = (SELECT sentinel_agency()));
DROP POLICY IF EXISTS worker_reads ON insight_weekfigures;
CREATE POLICY worker_reads ON insight_weekfigures FOR SELECT TO sentinel_worker USING (true);
DROP POLICY IF EXISTS worker_adds ON insight_weekfigures;
CREATE POLICY worker_adds ON insight_weekfigures FOR INSERT TO sentinel_worker WITH CHECK (true);
DROP POLICY IF EXISTS backup_reads ON insight_weekfigures;
CREATE POLICY backup_reads ON insight_weekfigures FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS search_reads ON insight_weekfigures;
CREATE POLICY search_reads ON insight_weekfigures FOR SELECT TO sentinel_search USING (true);
GRANT INSERT ON insight_weekfigures TO sentinel_worker;
REVOKE UPDATE, DELETE, TRUNCATE ON insight_weekfigures FROM sentinel_app, sentinel_worker;

-- Figures of many shared cases: each holder reads its own, the worker counts them anew.
ALTER TABLE insight_sharedfigures ENABLE ROW LEVEL SECURITY;
ALTER TABLE insight_sharedfigures FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_reads ON insight_sharedfigures;
CREATE POLICY app_reads ON insight_sharedfigures FOR SELECT TO sentinel_app
    USING (holder_id = ANY ((SELECT sentinel_holders())::uuid[]));
DROP POLICY IF EXISTS worker_counts ON insight_sharedfigures;
CREATE POLICY worker_counts ON insight_sharedfigures FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS backup_reads ON insight_sharedfigures;
CREATE POLICY backup_reads ON insight_sharedfigures FOR SELECT TO sentinel_backup USING (true);
GRANT SELECT, INSERT, DELETE ON insight_sharedfigures TO sentinel_worker;
GRANT USAGE, SELECT ON SEQUENCE insight_sharedfigures_id_seq TO sentinel_worker;
