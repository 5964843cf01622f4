-- Whether somebody, anybody, said last of one id of each whole that they are two people, the pair itself left out. Of two who
-- may be seen: it answers nothing else, not who said it nor in which record. A steward's decision may stand on the pair alone,
-- where no record can keep it from who reaches one of the two.
CREATE OR REPLACE FUNCTION steward_said_two(firsts_ uuid[], seconds_ uuid[], but_first uuid, but_second uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (
        SELECT 1 FROM (
            SELECT DISTINCT ON (s.first_id, s.second_id) s.first_id, s.second_id, s.same
              FROM matching_sameornot s
             WHERE (s.first_id = ANY (firsts_) AND s.second_id = ANY (seconds_))
                OR (s.second_id = ANY (firsts_) AND s.first_id = ANY (seconds_))
             ORDER BY s.first_id, s.second_id, s.at DESC, s.id DESC) AS last
         WHERE NOT last.same AND (last.first_id, last.second_id) IS DISTINCT FROM (but_first, but_second))
        OR EXISTS (
        SELECT 1 FROM steward_suggestion p
         WHERE ((p.first_id = ANY (firsts_) AND p.second_id = ANY (seconds_))
                OR (p.second_id = ANY (firsts_) AND p.first_id = ANY (seconds_)))
           AND p.state = 'not_same' AND (p.first_id, p.second_id) IS DISTINCT FROM (but_first, but_second)) $$;
REVOKE ALL ON FUNCTION steward_said_two(uuid[], uuid[], uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION steward_said_two(uuid[], uuid[], uuid, uuid) TO sentinel_app, sentinel_worker;

-- The next pairs of the queue by key, whoever may see them: ids alone, which the caller then asks for under the policies. So a page is
-- looked for in so many pairs and no more, however few of very many its reader may see.
CREATE OR REPLACE FUNCTION steward_next(states_ text[], band_ text, source_ text, run_ uuid, bits_ float8, id_ uuid, many_ integer)
    RETURNS TABLE (id uuid, bits float8)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT n.id, n.bits FROM unnest(states_) AS w(state) CROSS JOIN LATERAL (
        SELECT s.id, s.bits FROM steward_suggestion s
         WHERE s.state = w.state AND (band_ = '' OR s.band = band_) AND (source_ = '' OR s.source = source_)
           AND (run_ IS NULL OR EXISTS (SELECT 1 FROM steward_proposal r WHERE r.run_id = run_ AND r.pair_id = s.id))
           AND (bits_ IS NULL OR (s.bits <= bits_ AND (s.bits < bits_ OR s.id > id_)))
         ORDER BY s.bits DESC, s.id LIMIT many_) n
     ORDER BY n.bits DESC, n.id LIMIT many_ $$;
REVOKE ALL ON FUNCTION steward_next(text[], text, text, uuid, float8, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION steward_next(text[], text, text, uuid, float8, uuid, integer) TO sentinel_app;
