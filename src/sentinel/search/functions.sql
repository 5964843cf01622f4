-- No role but that of the search functions reads or writes entries.
ALTER TABLE search_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_entry FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS search_all ON search_entry;
CREATE POLICY search_all ON search_entry FOR ALL TO sentinel_search USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS backup_reads ON search_entry;
CREATE POLICY backup_reads ON search_entry FOR SELECT TO sentinel_backup USING (true);
-- So that a backup can be brought back by the owner.
DROP POLICY IF EXISTS owner_loads ON search_entry;
CREATE POLICY owner_loads ON search_entry FOR INSERT TO sentinel_owner WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON search_entry TO sentinel_search;

-- What is found of each table, and the columns that it is made of: an entry is written again where one of them changes.
DO $$
DECLARE
    one record;
    changes text;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        ('people_personname', ARRAY['sort_name', 'person_id']),
        ('people_contactpoint', ARRAY['normal', 'person_id']),
        ('people_identifier', ARRAY['value', 'person_id']),
        ('cases_case', ARRAY['title', 'reference', 'opened_at']),
        ('cases_incident', ARRAY['words', 'place_words', 'occurred_from', 'crime_number']),
        ('reports_report', ARRAY['at_risk_words', 'incident_id', 'told_at']),
        ('cases_note', ARRAY['text', 'at']),
        ('cases_action', ARRAY['what', 'outcome_words']),
        ('cases_attachment', ARRAY['name', 'description']),
        ('cases_externalreference', ARRAY['value']),
        ('cases_party', ARRAY['label', 'description'])
    ) AS t (tab, cols) LOOP
        SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', c.col), ' OR ') INTO changes
          FROM unnest(one.cols || ARRAY['record_id', 'audience_id']) AS c (col);
        EXECUTE format('DROP TRIGGER IF EXISTS search_new ON %I', one.tab);
        EXECUTE format('CREATE TRIGGER search_new AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT'
                       ' EXECUTE FUNCTION search_rows_new()', one.tab);
        EXECUTE format('DROP TRIGGER IF EXISTS search_changed ON %I', one.tab);
        EXECUTE format('CREATE TRIGGER search_changed AFTER UPDATE ON %I FOR EACH ROW WHEN (%s)'
                       ' EXECUTE FUNCTION search_row_changed()', one.tab, changes);
        EXECUTE format('DROP TRIGGER IF EXISTS search_gone ON %I', one.tab);
        EXECUTE format('CREATE TRIGGER search_gone AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION search_row_gone()', one.tab);
    END LOOP;
END $$;

DROP TRIGGER IF EXISTS search_opened ON cases_case;
CREATE TRIGGER search_opened AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN ((OLD.status = 'closed') IS DISTINCT FROM (NEW.status = 'closed')) EXECUTE FUNCTION search_state_changed();
DROP TRIGGER IF EXISTS search_opened ON reports_report;
CREATE TRIGGER search_opened AFTER UPDATE ON reports_report FOR EACH ROW
    WHEN (reports_is_over(OLD.state) IS DISTINCT FROM reports_is_over(NEW.state))
    EXECUTE FUNCTION search_state_changed();

-- Kinds of record under which rows stand that are found: cases, reports, audiences.
DROP TRIGGER IF EXISTS search_reached ON access_reach;
CREATE TRIGGER search_reached AFTER INSERT ON access_reach FOR EACH ROW
    WHEN (NEW.rung >= 2 AND NEW.kind <= 3) EXECUTE FUNCTION search_reach_changed();
DROP TRIGGER IF EXISTS search_reached_otherwise ON access_reach;
CREATE TRIGGER search_reached_otherwise AFTER UPDATE ON access_reach FOR EACH ROW
    WHEN (OLD.kind <= 3 AND (OLD.rung >= 2 OR NEW.rung >= 2)
          AND (OLD.rung >= 2, OLD.holder_id, OLD.record_id) IS DISTINCT FROM (NEW.rung >= 2, NEW.holder_id, NEW.record_id))
    EXECUTE FUNCTION search_reach_changed();
DROP TRIGGER IF EXISTS search_no_longer_reached ON access_reach;
CREATE TRIGGER search_no_longer_reached AFTER DELETE ON access_reach FOR EACH ROW
    WHEN (OLD.rung >= 2 AND OLD.kind <= 3) EXECUTE FUNCTION search_reach_changed();
