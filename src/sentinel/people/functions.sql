-- Whether the caller may see a fact of a person, told of this very id: under the policies of whoever asks.
CREATE OR REPLACE FUNCTION people_seen(person_ uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT 1 FROM people_personname f WHERE f.person_id = person_)
              OR EXISTS (SELECT 1 FROM people_contactpoint f WHERE f.person_id = person_)
              OR EXISTS (SELECT 1 FROM people_addresslink f WHERE f.person_id = person_)
              OR EXISTS (SELECT 1 FROM people_personbirth f WHERE f.person_id = person_)
              OR EXISTS (SELECT 1 FROM people_identifier f WHERE f.person_id = person_)
              OR EXISTS (SELECT 1 FROM people_safecontact f WHERE f.person_id = person_) $$;

-- That two are one is told to whoever may see something of each, and may be said and unsaid by nobody else.
ALTER TABLE people_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_merge FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS both_seen ON people_merge;
CREATE POLICY both_seen ON people_merge FOR ALL TO sentinel_app
    USING (people_seen(first_id) AND people_seen(second_id)) WITH CHECK (people_seen(first_id) AND people_seen(second_id));
DROP POLICY IF EXISTS worker_all ON people_merge;
CREATE POLICY worker_all ON people_merge FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_reads ON people_merge;
CREATE POLICY search_reads ON people_merge FOR SELECT TO sentinel_search USING (true);
DROP POLICY IF EXISTS backup_reads ON people_merge;
CREATE POLICY backup_reads ON people_merge FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS owner_loads ON people_merge;
CREATE POLICY owner_loads ON people_merge FOR INSERT TO sentinel_owner WITH CHECK (true);

-- An entry of the ledger is never rewritten: it is ended, once.
REVOKE UPDATE ON people_merge FROM sentinel_app, sentinel_worker;
GRANT UPDATE (apart_at, apart_by_id, apart_why) ON people_merge TO sentinel_app, sentinel_worker;

GRANT INSERT, DELETE ON people_alias TO sentinel_search;
CREATE OR REPLACE TRIGGER people_whole AFTER INSERT OR UPDATE ON people_merge FOR EACH ROW EXECUTE FUNCTION people_rejoin();
