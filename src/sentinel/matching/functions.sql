DROP FUNCTION IF EXISTS matching_hit(uuid);
DROP FUNCTION IF EXISTS matching_hit(uuid, text);

-- Planned once for a connection: planning six tables with their policies anew took ten times as long as reading them.

-- What the caller may see of these persons, the newest first, and what was said of them and others: asked as the caller, so
-- that the row policies decide. By kind `a` to `d`: name (as typed, title, kind, "ended"), birth (first day, last day, precision),
-- phone, email, identifier (value, system), home (line, postcode, place, kind), said (the other person, same or not, how).
CREATE OR REPLACE FUNCTION matching_facts(people_ uuid[])
    RETURNS TABLE (person_id uuid, id uuid, record_id uuid, audience_id uuid, kind text, a text, b text, c text, d text)
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY
    SELECT f.person_id, f.id, f.record_id, f.audience_id, f.kind, f.a, f.b, f.c, f.d FROM (
        SELECT n.person_id, n.id, n.record_id, n.audience_id, 'name'::text AS kind, n.full::text AS a, n.title::text AS b,
               n.kind::text AS c, CASE WHEN n.ended_at IS NULL THEN '' ELSE 'ended' END AS d, n.created_at
          FROM people_personname n WHERE n.person_id = ANY (people_)
        UNION ALL
        SELECT b.person_id, b.id, b.record_id, b.audience_id, 'birth', coalesce(to_char(b.born_on, 'YYYY-MM-DD'), ''),
               coalesce(to_char(b.born_latest, 'YYYY-MM-DD'), ''), b.precision, '', b.created_at
          FROM people_personbirth b WHERE b.person_id = ANY (people_)
        UNION ALL
        SELECT c.person_id, c.id, c.record_id, c.audience_id, c.kind, c.normal, '', '', '', c.created_at
          FROM people_contactpoint c WHERE c.person_id = ANY (people_)
        UNION ALL
        SELECT i.person_id, i.id, i.record_id, i.audience_id, 'identifier', i.value, i.system, '', '', i.created_at
          FROM people_identifier i WHERE i.person_id = ANY (people_)
        UNION ALL
        SELECT l.person_id, l.id, l.record_id, l.audience_id, 'home', coalesce(p.line, l.text), coalesce(p.postcode, ''),
               coalesce(l.place_id::text, ''), l.kind, l.created_at
          FROM people_addresslink l LEFT JOIN places_place p ON p.id = l.place_id
         WHERE l.person_id = ANY (people_) AND NOT l.safe_address
        UNION ALL
        SELECT w.person_id, s.id, s.record_id, s.audience_id, 'said', w.other_id::text, CASE WHEN s.same THEN 'same' ELSE 'not' END,
               s.how, '', s.at
          FROM matching_sameornot s
          CROSS JOIN LATERAL (VALUES (s.first_id, s.second_id), (s.second_id, s.first_id)) AS w(person_id, other_id)
         WHERE (s.first_id = ANY (people_) OR s.second_id = ANY (people_)) AND w.person_id = ANY (people_)
    ) f
    ORDER BY f.created_at DESC, f.id DESC;
END $$;

-- The same of whole persons (people_alias): what was told of an id that is one person with some of these stands under the first of these
-- that it is one with; kind "one" names the other ids (a). Nearly nobody was ever merged: then it is the same and nothing more.
CREATE OR REPLACE FUNCTION matching_whole_facts(people_ uuid[])
    RETURNS TABLE (person_id uuid, id uuid, record_id uuid, audience_id uuid, kind text, a text, b text, c text, d text)
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
    AS $$
DECLARE
    others_ uuid[] := ARRAY(SELECT o.other_id FROM people_alias o WHERE o.person_id = ANY (people_));
BEGIN
    IF cardinality(others_) = 0 THEN
        RETURN QUERY SELECT f.* FROM matching_facts(people_) f;
        RETURN;
    END IF;
    RETURN QUERY
    WITH leads AS MATERIALIZED (
        SELECT DISTINCT ON (w.member) w.member, w.lead FROM (
            SELECT p.one AS member, p.one AS lead, p.place FROM unnest(people_) WITH ORDINALITY AS p(one, place)
            UNION ALL
            SELECT o.other_id, p.one, p.place FROM unnest(people_) WITH ORDINALITY AS p(one, place)
              JOIN people_alias o ON o.person_id = p.one) w
         ORDER BY w.member, w.place)
    SELECT l.lead, t.id, t.record_id, t.audience_id, t.kind, t.a, t.b, t.c, t.d FROM (
        SELECT f.person_id AS member, f.id, f.record_id, f.audience_id, f.kind, f.a, f.b, f.c, f.d, f.ordinality AS place
          FROM matching_facts(people_ || others_) WITH ORDINALITY f
        UNION ALL
        SELECT n.member, NULL, NULL, NULL, 'one', n.member::text, '', '', '', 0 FROM leads n WHERE n.member <> n.lead) t
      JOIN leads l ON l.member = t.member
     ORDER BY t.place;
END $$;

-- The same of the persons who share the most of these keys; and of the words said how common they are (kind "common": part, share).
DROP FUNCTION IF EXISTS matching_known(bigint[], real[], integer[], integer);
DROP FUNCTION IF EXISTS matching_known(bigint[], real[], integer[], integer, text[]);
CREATE OR REPLACE FUNCTION matching_known(
    keys_ bigint[], weights_ real[], caps_ integer[], rings_ integer, most_ integer, words_ text[])
    RETURNS TABLE (person_id uuid, id uuid, record_id uuid, audience_id uuid, kind text, a text, b text, c text, d text)
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY SELECT f.* FROM matching_whole_facts(ARRAY(SELECT c.person_id FROM matching_candidates(keys_, weights_, caps_, rings_, most_) c)) f;
    RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::uuid, NULL::uuid, 'common', m.value::text, m.part::text, m.share::text, ''
                   FROM matching_commonness m WHERE m.value = ANY (words_);
END $$;

-- The same of those near by whose name is spelt most like the one said.
CREATE OR REPLACE FUNCTION matching_near_known(keys_ bigint[], name_ text, each_ integer, most_ integer)
    RETURNS TABLE (person_id uuid, id uuid, record_id uuid, audience_id uuid, kind text, a text, b text, c text, d text)
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY SELECT f.* FROM matching_whole_facts(ARRAY(SELECT c.person_id FROM matching_near(keys_, name_, each_, most_) c)) f;
END $$;

-- A ring of two records is read, written and moved only by whoever reaches the other record as well.
DO $$
DECLARE
    rung_ text := 'COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = matching_keyring.%s'
        ' AND r.holder_id = ANY ((SELECT sentinel_holders())::uuid[]) AND (r.until IS NULL OR r.until > (SELECT sentinel_now()))), 0) >= 2';
BEGIN
    DROP POLICY IF EXISTS app_reaches_both ON matching_keyring;
    EXECUTE 'CREATE POLICY app_reaches_both ON matching_keyring AS RESTRICTIVE FOR ALL TO sentinel_app USING ('
        '(with_record_id IS NULL OR ' || format(rung_, 'with_record_id') || ')'
        ' AND (with_audience_id IS NULL OR ' || format(rung_, 'with_audience_id') || '))';
END $$;
GRANT UPDATE (with_record_id, with_audience_id) ON matching_keyring TO sentinel_search;
DROP TRIGGER IF EXISTS follow_rings ON matching_keyring;
CREATE TRIGGER follow_rings AFTER UPDATE ON matching_keyring REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION matching_follow_rings();

-- What is said of two incidents is said by who reads both, of the incident of that record, and is changed by nobody: that it ended
-- is written by matching_part_occurrence.
DROP POLICY IF EXISTS app_reads_both ON matching_sameoccurrence;
CREATE POLICY app_reads_both ON matching_sameoccurrence AS RESTRICTIVE FOR INSERT TO sentinel_app WITH CHECK (
    EXISTS (SELECT 1 FROM cases_incident i WHERE i.id = matching_sameoccurrence.other_id)
    AND EXISTS (SELECT 1 FROM cases_incident i
                 WHERE i.id = matching_sameoccurrence.incident_id AND i.record_id = matching_sameoccurrence.record_id));
REVOKE UPDATE ON matching_sameoccurrence FROM sentinel_app;
GRANT UPDATE (ended_at) ON matching_sameoccurrence TO sentinel_search;

-- Keys say nothing by themselves and nobody reads them: they are put in beside a ring, and the search's functions look them up.
ALTER TABLE matching_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE matching_key FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS app_adds ON matching_key;
CREATE POLICY app_adds ON matching_key FOR INSERT TO sentinel_app WITH CHECK (true);
DROP POLICY IF EXISTS worker_all ON matching_key;
CREATE POLICY worker_all ON matching_key FOR ALL TO sentinel_worker USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS search_reads ON matching_key;
CREATE POLICY search_reads ON matching_key FOR SELECT TO sentinel_search USING (true);
DROP POLICY IF EXISTS backup_reads ON matching_key;
CREATE POLICY backup_reads ON matching_key FOR SELECT TO sentinel_backup USING (true);
DROP POLICY IF EXISTS owner_loads ON matching_key;
CREATE POLICY owner_loads ON matching_key FOR INSERT TO sentinel_owner WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON matching_key TO sentinel_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON matching_built TO sentinel_worker;
GRANT SELECT, INSERT, DELETE ON matching_commonness TO sentinel_worker;
