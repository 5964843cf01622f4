-- Finding persons across all records. These run as the search role, which sees every row: each answers with nothing but
-- what the caller's own rung allows: on READ and above a person's id. What is told on SUMMARY stands in hits/; what is under a
-- narrower audience that the caller does not reach is not there at all.
DROP FUNCTION IF EXISTS matching_found(text[], integer);
DROP FUNCTION IF EXISTS matching_elsewhere(text[], text[], uuid[]);
DROP FUNCTION IF EXISTS matching_elsewhere(bigint[], bigint[], uuid[]);
DROP FUNCTION IF EXISTS matching_candidates(bigint[], real[], integer[], integer);

-- Each is planned once for a connection, not anew for its values: planning takes longer than looking a few keys up.

-- The persons who share the most of these keys, each key counting its weight once, of whose rings the caller reaches every
-- record. Of each key the newest `caps_` rings are looked at; a key that is on many says less, one bit for every time that their number
-- doubles. Of all rings the `rings_` that share most are asked for, until two more than are wanted are reached. Somebody of whom many
-- records tell has many rings: where few people fill them all, it is looked once more, and further.
CREATE OR REPLACE FUNCTION matching_candidates(keys_ bigint[], weights_ real[], caps_ integer[], rings_ integer, most_ integer)
    RETURNS TABLE (person_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
    far_ CONSTANT integer := 400;
    looked_ integer := rings_;
    wanted_ integer := most_ + 2;
    found_ uuid[];
    crowded_ boolean;
BEGIN
    LOOP
        WITH hit AS MATERIALIZED (
            SELECT r.ring_id, h.key, h.weight - ln(cardinality(h.rings)) / ln(2.0::float8) AS weight
              FROM (SELECT w.key, w.weight, ARRAY(SELECT m.ring_id FROM matching_key m WHERE m.key = w.key
                                                   ORDER BY m.key, m.ring_id DESC LIMIT w.cap) AS rings
                      FROM unnest(keys_, weights_, caps_) AS w(key, weight, cap) OFFSET 0) h
              CROSS JOIN LATERAL unnest(h.rings) AS r(ring_id)
        ), ring AS MATERIALIZED (
            SELECT r.*
              FROM (SELECT h.ring_id FROM hit h GROUP BY h.ring_id ORDER BY sum(h.weight) DESC, h.ring_id DESC LIMIT looked_) s
              CROSS JOIN LATERAL (
                  SELECT k.id, k.person_id, k.record_id, k.audience_id, k.with_record_id, k.with_audience_id
                    FROM matching_keyring k WHERE k.id = s.ring_id OFFSET 0) r
        ), reached AS MATERIALIZED (
            SELECT k.id, k.person_id
              FROM ring k
             WHERE EXISTS (SELECT 1 FROM access_reach a WHERE a.record_id = k.record_id AND a.holder_id = ANY (holders)
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
             LIMIT wanted_
        )
        SELECT ARRAY(
                   SELECT o.person_id
                     FROM (SELECT s.person_id, sum(s.weight) AS weight, max(sum(s.weight)) OVER () AS best,
                                  row_number() OVER (ORDER BY sum(s.weight) DESC, s.person_id DESC) AS place
                             FROM (SELECT DISTINCT q.person_id, h.key, h.weight FROM reached q JOIN hit h ON h.ring_id = q.id) s
                            GROUP BY s.person_id) o
                    -- Who shares little where somebody shares much is not worth comparing, but for the first few.
                    WHERE o.place <= 5 OR (o.place <= most_ AND o.weight >= 0.4 * o.best)
                    ORDER BY o.place),
               (SELECT count(*) = looked_ AND count(DISTINCT r.person_id) < most_ FROM ring r)
               OR (SELECT count(*) = wanted_ AND count(DISTINCT q.person_id) < 5 FROM reached q)
          INTO found_, crowded_;
        EXIT WHEN NOT crowded_ OR wanted_ >= far_;
        looked_ := far_;
        wanted_ := far_;
    END LOOP;
    RETURN QUERY SELECT f.person_id FROM unnest(found_) AS f(person_id);
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

-- Which incidents are one occurrence follows from the pairs that were said and stand: worked out anew for all that are, or now become,
-- one with these. Every record whose incident is counted with others than before is told so, but for the one in hand (`mine_`), of
-- which the caller tells themselves: quietly, and without a word of the others or of who said it, who may be nobody's but theirs.
CREATE OR REPLACE FUNCTION matching_regroup(about_ uuid[], mine_ uuid, kind_ text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    roots_ uuid[] := ARRAY(SELECT COALESCE(i.occurrence_id, i.id) FROM cases_incident i WHERE i.id = ANY (about_));
    all_ uuid[];
BEGIN
    all_ := ARRAY(
        WITH RECURSIVE near (id) AS (
            SELECT i.id FROM cases_incident i WHERE i.id = ANY (about_ || roots_) OR i.occurrence_id = ANY (roots_)
             UNION
            SELECT p.other FROM near n CROSS JOIN LATERAL (
                SELECT s.other_id AS other FROM matching_sameoccurrence s
                 WHERE s.incident_id = n.id AND s.same AND s.ended_at IS NULL
                 UNION ALL
                SELECT s.incident_id FROM matching_sameoccurrence s
                 WHERE s.other_id = n.id AND s.same AND s.ended_at IS NULL) p)
        SELECT id FROM near);
    WITH RECURSIVE stands AS MATERIALIZED (
        SELECT s.incident_id AS one, s.other_id AS other FROM matching_sameoccurrence s
         WHERE s.incident_id = ANY (all_) AND s.same AND s.ended_at IS NULL
    ), whole (root, id) AS (
        SELECT m, m FROM unnest(all_) AS m
         UNION
        SELECT w.root, CASE WHEN s.one = w.id THEN s.other ELSE s.one END FROM whole w JOIN stands s ON w.id IN (s.one, s.other)
    ), then_ AS MATERIALIZED (
        -- The oldest stands for all.
        SELECT w.root AS id, (array_agg(i.id ORDER BY i.created_at, i.id))[1] AS first_, array_agg(i.id ORDER BY i.id) AS fellows
          FROM whole w JOIN cases_incident i ON i.id = w.id GROUP BY w.root
    ), before_ AS MATERIALIZED (
        SELECT i.id, array_agg(o.id ORDER BY o.id) AS fellows
          FROM cases_incident i
          JOIN cases_incident o ON o.id = ANY (all_) AND COALESCE(o.occurrence_id, o.id) = COALESCE(i.occurrence_id, i.id)
         WHERE i.id = ANY (all_) GROUP BY i.id
    ), put AS (
        UPDATE cases_incident i SET occurrence_id = NULLIF(t.first_, i.id) FROM then_ t
         WHERE i.id = t.id AND i.occurrence_id IS DISTINCT FROM NULLIF(t.first_, i.id)
    )
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at, recorded_at)
    SELECT DISTINCT ON (i.record_id, i.audience_id) gen_random_uuid(), i.record_id, i.audience_id, kind_, 1, '{}'::jsonb, i.id,
           sentinel_now(), sentinel_now()
      FROM cases_incident i
      JOIN then_ t ON t.id = i.id
      JOIN before_ b ON b.id = i.id AND b.fellows <> t.fellows
      JOIN cases_incident m ON m.id = mine_ AND (m.record_id, m.audience_id) IS DISTINCT FROM (i.record_id, i.audience_id)
     ORDER BY i.record_id, i.audience_id, i.id;
END $$;
REVOKE ALL ON FUNCTION matching_regroup(uuid[], uuid, text) FROM PUBLIC;

-- Count an incident as one with another, of which it was said (matching_sameoccurrence): whoever writes the one and reads the other has
-- said so. Gives the id that stands for the occurrence; nothing of the others is told.
CREATE OR REPLACE FUNCTION matching_join_occurrence(one_ uuid, other_ uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    mine cases_incident;
    theirs cases_incident;
BEGIN
    SELECT * INTO mine FROM cases_incident WHERE id = one_;
    SELECT * INTO theirs FROM cases_incident WHERE id = other_;
    IF mine.id IS NULL OR theirs.id IS NULL OR mine.id = theirs.id
       OR access_true_rung(mine.record_id) < 3 OR access_true_rung(theirs.record_id) < 2
       OR (mine.audience_id IS NOT NULL AND access_true_rung(mine.audience_id) < 2)
       OR (theirs.audience_id IS NOT NULL AND access_true_rung(theirs.audience_id) < 2) THEN
        RAISE EXCEPTION 'who writes the one and reads the other says that they are one' USING ERRCODE = '42501';
    END IF;
    -- One at a time, so that nothing is worked out from half of what two said at once.
    PERFORM pg_advisory_xact_lock(hashtextextended('cases_occurrence', 0));
    PERFORM matching_regroup(ARRAY[one_, other_], one_, 'occurrence_counted_with');
    RETURN (SELECT COALESCE(i.occurrence_id, i.id) FROM cases_incident i WHERE i.id = one_);
END $$;

-- That an incident tells of something else than another. What was said of the two ends, and where others hold them together, what was
-- said of it and of those: whatever else it was said to be one with stays with it.
CREATE OR REPLACE FUNCTION matching_part_occurrence(one_ uuid, other_ uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    mine cases_incident;
    theirs uuid[];
BEGIN
    SELECT * INTO mine FROM cases_incident WHERE id = one_;
    IF mine.id IS NULL OR access_true_rung(mine.record_id) < 3
       OR (mine.audience_id IS NOT NULL AND access_true_rung(mine.audience_id) < 2) THEN
        RAISE EXCEPTION 'only who writes an incident takes it out of an occurrence' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('cases_occurrence', 0));
    theirs := ARRAY(
        WITH RECURSIVE near (id) AS (
            SELECT other_
             UNION
            SELECT p.other FROM near n CROSS JOIN LATERAL (
                SELECT s.other_id AS other FROM matching_sameoccurrence s
                 WHERE s.incident_id = n.id AND s.same AND s.ended_at IS NULL
                 UNION ALL
                SELECT s.incident_id FROM matching_sameoccurrence s
                 WHERE s.other_id = n.id AND s.same AND s.ended_at IS NULL) p
             WHERE p.other <> one_)
        SELECT id FROM near);
    UPDATE matching_sameoccurrence s SET ended_at = sentinel_now()
     WHERE s.same AND s.ended_at IS NULL
       AND ((s.incident_id = one_ AND s.other_id = ANY (theirs)) OR (s.other_id = one_ AND s.incident_id = ANY (theirs)));
    PERFORM matching_regroup(ARRAY[one_, other_], one_, 'occurrence_counted_apart');
    RETURN (SELECT COALESCE(i.occurrence_id, i.id) FROM cases_incident i WHERE i.id = one_);
END $$;
