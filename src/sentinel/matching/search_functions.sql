-- Finding persons across all records. These run as the search role, which sees every row: each answers with nothing but
-- what the caller's own rung allows. On READ and above a person's id, on SUMMARY a record and whose desk it is, and what
-- is under a narrower audience that the caller does not reach is not there at all.
DROP FUNCTION IF EXISTS matching_found(text[], integer);
DROP FUNCTION IF EXISTS matching_elsewhere(text[], text[], uuid[]);

-- The persons who share the most of these keys, each key counting its weight once, of whose rings the caller reaches every
-- record. Of each key the newest `caps_` holders are looked at; of all rings the 600 that share most, until 160 are reached.
CREATE OR REPLACE FUNCTION matching_candidates(keys_ bigint[], weights_ real[], caps_ integer[], most_ integer)
    RETURNS TABLE (person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
BEGIN
    RETURN QUERY
    WITH hit AS MATERIALIZED (
        SELECT k.ring_id, w.key, w.weight
          FROM unnest(keys_, weights_, caps_) AS w(key, weight, cap)
          CROSS JOIN LATERAL (SELECT m.ring_id FROM matching_key m WHERE m.key = w.key
                               ORDER BY m.key, m.ring_id DESC LIMIT w.cap) k
    ), reached AS MATERIALIZED (
        SELECT r.id, r.person_id
          FROM (SELECT h.ring_id FROM hit h GROUP BY h.ring_id ORDER BY sum(h.weight) DESC, h.ring_id DESC LIMIT 600) s
          CROSS JOIN LATERAL (
              SELECT k.id, k.person_id FROM matching_keyring k
               WHERE k.id = s.ring_id
                 AND EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = k.record_id AND a.holder_id = ANY (holders)
                                AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment))
                 AND (k.audience_id IS NULL
                      OR EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = k.audience_id AND a.holder_id = ANY (holders)
                                    AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment)))
                 AND (k.with_record_id IS NULL
                      OR EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = k.with_record_id AND a.holder_id = ANY (holders)
                                    AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment)))
                 AND (k.with_audience_id IS NULL
                      OR EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = k.with_audience_id AND a.holder_id = ANY (holders)
                                    AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment)))
               OFFSET 0) r
         LIMIT 160
    )
    SELECT s.person_id
      FROM (SELECT DISTINCT q.person_id, h.key, h.weight FROM reached q JOIN hit h ON h.ring_id = q.id) s
     GROUP BY s.person_id
     ORDER BY sum(s.weight) DESC, s.person_id DESC
     LIMIT most_;
END $$;

-- The persons on rings with one of these keys (a district and a word's sound) whose name is spelt most like the one said. For
-- the names that no sound leads to; the caller limits its time.
CREATE OR REPLACE FUNCTION matching_near(keys_ bigint[], name_ text, each_ integer, most_ integer)
    RETURNS TABLE (person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
BEGIN
    RETURN QUERY
    SELECT n.person_id
      FROM unnest(keys_) AS w(key)
      CROSS JOIN LATERAL (SELECT m.ring_id FROM matching_key m WHERE m.key = w.key
                           ORDER BY m.key, m.ring_id DESC LIMIT each_) k
      JOIN LATERAL (
          SELECT r.person_id, r.record_id, r.audience_id FROM matching_keyring r
           WHERE r.id = k.ring_id AND r.with_record_id IS NULL
             AND EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = r.record_id AND a.holder_id = ANY (holders)
                            AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment))
             AND (r.audience_id IS NULL
                  OR EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = r.audience_id AND a.holder_id = ANY (holders)
                                AND a.rung >= 2 AND (a.until IS NULL OR a.until > moment)))
           OFFSET 0) r ON true
      JOIN LATERAL (
          SELECT r.person_id, max(similarity(p.sort_name, name_)) AS alike FROM people_personname p
           WHERE p.person_id = r.person_id AND p.record_id = r.record_id
             AND p.audience_id IS NOT DISTINCT FROM r.audience_id) n ON n.alike > 0.3
     GROUP BY n.person_id
     ORDER BY max(n.alike) DESC
     LIMIT most_;
END $$;

-- Records that the caller may only know of and that tell of a person whose name and something else agree, or of an open
-- case at one of these places. One answer for each record; what agreed is not told.
CREATE OR REPLACE FUNCTION matching_elsewhere(names_ bigint[], others_ bigint[], places_ uuid[])
    RETURNS TABLE (record_id uuid, owner_id uuid, about text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT k.ring_id FROM unnest(others_) AS w(key)
          CROSS JOIN LATERAL (SELECT m.ring_id FROM matching_key m WHERE m.key = w.key
                               ORDER BY m.key, m.ring_id DESC LIMIT 200) k
    ), touched AS (
        SELECT r.record_id, 'person'::text AS about
          FROM (SELECT DISTINCT h.ring_id FROM held h) h
          CROSS JOIN LATERAL (SELECT g.record_id, g.person_id FROM matching_keyring g
                               WHERE g.id = h.ring_id AND g.audience_id IS NULL AND g.with_record_id IS NULL OFFSET 0) r
         WHERE EXISTS (SELECT 1 FROM matching_keyring n JOIN matching_key m ON m.ring_id = n.id AND m.key = ANY (names_)
                        WHERE n.person_id = r.person_id AND n.record_id = r.record_id
                          AND n.audience_id IS NULL AND n.with_record_id IS NULL)
        UNION ALL
        SELECT c.id, 'place'::text FROM cases_case c
         WHERE c.place_id = ANY (places_) AND c.status <> 'closed' AND c.audience_id IS NULL
    ), mine AS (
        SELECT t.record_id, min(t.about) AS about FROM touched t GROUP BY t.record_id
    )
    SELECT m.record_id,
           (SELECT o.holder_id FROM access_reach o WHERE o.record_id = m.record_id AND o.rung = 4
             ORDER BY o.granted_at LIMIT 1),
           m.about
      FROM mine m
     WHERE (SELECT max(r.rung) FROM access_reach r WHERE r.record_id = m.record_id AND r.holder_id = ANY (holders)
               AND (r.until IS NULL OR r.until > moment)) = 1
     LIMIT 20;
END $$;

-- What a ring guards beside another follows the record of the other: a report that joins a case, an identity that is protected.
CREATE OR REPLACE FUNCTION matching_follow_rings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE matching_keyring k
       SET with_record_id = n.record_id, with_audience_id = n.audience_id
      FROM (SELECT DISTINCT o.person_id, o.record_id AS old_record, o.audience_id AS old_audience, w.record_id, w.audience_id
              FROM old_rows o JOIN new_rows w ON w.id = o.id
             WHERE o.with_record_id IS NULL
               AND (o.record_id, o.audience_id) IS DISTINCT FROM (w.record_id, w.audience_id)) n
     WHERE k.person_id = n.person_id AND k.with_record_id = n.old_record
       AND k.with_audience_id IS NOT DISTINCT FROM n.old_audience;
    RETURN NULL;
END $$;
