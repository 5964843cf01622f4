-- Finding persons across all records. These run as the search role, which sees every row: each answers with nothing but
-- what the caller's own rung allows: on READ and above a person's id. What is told on SUMMARY stands in hits/; what is under a
-- narrower audience that the caller does not reach is not there at all.
DROP FUNCTION IF EXISTS matching_found(text[], integer);
DROP FUNCTION IF EXISTS matching_elsewhere(text[], text[], uuid[]);
DROP FUNCTION IF EXISTS matching_elsewhere(bigint[], bigint[], uuid[]);

-- Each is planned once for a connection, not anew for its values: planning takes longer than looking a few keys up.

-- The persons who share the most of these keys, each key counting its weight once, of whose rings the caller reaches every
-- record. Of each key the newest `caps_` holders are looked at; of all rings the 600 that share most, until 160 are reached.
CREATE OR REPLACE FUNCTION matching_candidates(keys_ bigint[], weights_ real[], caps_ integer[], most_ integer)
    RETURNS TABLE (person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
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
    SELECT o.person_id
      FROM (SELECT s.person_id, sum(s.weight) AS weight, max(sum(s.weight)) OVER () AS best,
                   row_number() OVER (ORDER BY sum(s.weight) DESC, s.person_id DESC) AS place
              FROM (SELECT DISTINCT q.person_id, h.key, h.weight FROM reached q JOIN hit h ON h.ring_id = q.id) s
             GROUP BY s.person_id) o
     -- Who shares little where somebody shares much is not worth comparing, but for the first few.
     WHERE o.place <= 12 OR (o.place <= most_ AND o.weight >= 0.3 * o.best)
     ORDER BY o.place;
END $$;

-- The persons on rings with one of these keys (a district and a word's sound) whose name is spelt most like the one said. For
-- the names that no sound leads to; the caller limits its time.
CREATE OR REPLACE FUNCTION matching_near(keys_ bigint[], name_ text, each_ integer, most_ integer)
    RETURNS TABLE (person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
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
