-- Moving a report's rows to the case that it joins. The mover may stand outside the narrower audience of some of them
-- (a protected witness), and the row policies would then leave those behind: so one function of the search role moves
-- every table of case data, and may set nothing but the columns that say whose record a row is.
CREATE OR REPLACE FUNCTION cases_record_tables() RETURNS SETOF text
    LANGUAGE sql STABLE
    AS $$ SELECT c.relname::text FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'app_inserts'
           WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1 $$;

DO $$
DECLARE
    one text;
BEGIN
    FOR one IN SELECT cases_record_tables() LOOP
        EXECUTE format('GRANT UPDATE (record_id) ON %I TO sentinel_search', one);
        IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = one::regclass AND attname = 'case_id') THEN
            EXECUTE format('GRANT UPDATE (case_id) ON %I TO sentinel_search', one);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS search_moves ON %I', one);
        EXECUTE format('CREATE POLICY search_moves ON %I FOR UPDATE TO sentinel_search USING (true) WITH CHECK (true)', one);
    END LOOP;
END $$;

-- The shelf follows the case, and whoever comes to reach a case finds it on its shelf (search_functions.sql).
CREATE OR REPLACE TRIGGER shelve_new AFTER INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_shelve();
CREATE OR REPLACE TRIGGER shelve AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN ((OLD.status, OLD.highest_band, OLD.category, OLD.unassessed)
          IS DISTINCT FROM (NEW.status, NEW.highest_band, NEW.category, NEW.unassessed))
    EXECUTE FUNCTION cases_shelve();
CREATE OR REPLACE TRIGGER shelve_reach BEFORE INSERT ON access_reach FOR EACH ROW WHEN (NEW.kind = 1)
    EXECUTE FUNCTION cases_shelve_reach();

-- Which occurrence an incident tells of follows from what was said of pairs, also of those that the caller does not see: worked out by
-- one function alone (matching_regroup).
DROP FUNCTION IF EXISTS cases_join_occurrence(uuid, uuid);
DROP FUNCTION IF EXISTS cases_leave_occurrence(uuid);
GRANT UPDATE (occurrence_id) ON cases_incident TO sentinel_search;
