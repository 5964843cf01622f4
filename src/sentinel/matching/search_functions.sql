-- Finding persons across all records. These run as the search role, which sees every row: each answers with nothing but
-- what the caller's own rung allows. On READ and above a person's id, on SUMMARY a record and whose desk it is, and what
-- is under a narrower audience that the caller does not reach is not there at all.

CREATE OR REPLACE FUNCTION matching_found(keys_ text[], each_ integer)
    RETURNS TABLE (person_id uuid, key text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
BEGIN
    RETURN QUERY
    SELECT DISTINCT f.person_id, w.key
      FROM unnest(keys_) AS w(key)
      CROSS JOIN LATERAL (
          SELECT k.person_id FROM matching_personkey k
           WHERE k.key = w.key
             AND EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = k.record_id AND r.holder_id = ANY (holders)
                            AND r.rung >= 2 AND (r.until IS NULL OR r.until > moment))
             AND (k.audience_id IS NULL
                  OR EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = k.audience_id AND r.holder_id = ANY (holders)
                                AND r.rung >= 2 AND (r.until IS NULL OR r.until > moment)))
           ORDER BY k.person_id DESC
           LIMIT each_) AS f;
END $$;

-- Records that the caller may only know of and that tell of a person whose name and something else agree, or of an open
-- case at one of these places. One answer for each record; what agreed is not told.
CREATE OR REPLACE FUNCTION matching_elsewhere(names_ text[], others_ text[], places_ uuid[])
    RETURNS TABLE (record_id uuid, owner_id uuid, about text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
BEGIN
    RETURN QUERY
    WITH touched AS (
        SELECT k.record_id, 'person'::text AS about
          FROM matching_personkey k
         WHERE k.key = ANY (others_) AND k.audience_id IS NULL
           AND EXISTS (SELECT 1 FROM matching_personkey n
                        WHERE n.key = ANY (names_) AND n.person_id = k.person_id AND n.record_id = k.record_id
                          AND n.audience_id IS NULL)
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
