-- Entries of the one box: written as the rows change that they stand for, and found for whom the ladder lets read them.

-- A number for a word of a space of its own: 'h' a holder, 'n' a way of writing a word of a name, 'c' a telephone number or
-- email address, 'x' what another system calls something, 'r' the number in a reference.
CREATE OR REPLACE FUNCTION search_key(space_ text, value_ text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT ('x' || left(md5(space_ || ':' || value_), 16))::bit(64)::bigint $$;

-- The week of a moment, counted from 1970: a small number, which no key of a word is but by a chance of one in 10^15.
CREATE OR REPLACE FUNCTION search_week(at_ timestamptz) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT floor(extract(epoch FROM at_) / 604800)::bigint $$;

DROP FUNCTION IF EXISTS search_season(bigint);
-- Weeks, sixteen of them and sixteen times sixteen are numbered apart. What is dated before 1896 or after 2102 is among the first
-- or the last of the longest.
CREATE OR REPLACE FUNCTION search_times(at_ timestamptz) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT ARRAY[w.week, 1000000 + floor(w.week / 16.0)::bigint, 1500000 + least(greatest(floor(w.week / 256.0), -15), 26)::bigint]
            FROM (SELECT search_week(at_) AS week) AS w $$;

-- The fewest such numbers that make up some weeks, both included.
CREATE OR REPLACE FUNCTION search_times_of(first_ bigint, last_ bigint) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    found bigint[] := '{}';
    week bigint := first_;
BEGIN
    WHILE week <= last_ LOOP
        IF week % 256 = 0 AND week + 255 <= last_ THEN
            found := found || 1500000 + week / 256;
            week := week + 256;
        ELSIF week % 16 = 0 AND week + 15 <= last_ THEN
            found := found || 1000000 + week / 16;
            week := week + 16;
        ELSE
            found := found || week;
            week := week + 1;
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- The number of a holder, to which that of a time is added: who reads what, by when it was.
CREATE OR REPLACE FUNCTION search_holder(holder_ uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT search_key('h', holder_::text) >> 1 $$;

CREATE OR REPLACE FUNCTION search_holder_keys(holder_ uuid, at_ timestamptz) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    holder bigint := search_holder(holder_);
    times bigint[] := search_times(at_);
BEGIN
    RETURN ARRAY[holder + times[1], holder + times[2], holder + times[3]];
END $$;

-- A word of a name as it is and with one letter left out: two words that are a letter apart (left out, put in, changed, or changed
-- with its neighbour) share a key.
CREATE OR REPLACE FUNCTION search_letter_keys(word_ text) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT array_agg(DISTINCT search_key('n', w.way)) FROM (
    SELECT word_ AS way
    UNION ALL
    SELECT left(word_, g.at - 1) || substr(word_, g.at + 1)
      FROM generate_series(1, length(word_)) AS g (at) WHERE length(word_) BETWEEN 4 AND 30
) AS w
$$;

-- The ways in which somebody may write a word of a name: but for a letter, and as it sounds.
CREATE OR REPLACE FUNCTION search_word_keys(word_ text) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT array_agg(DISTINCT w.key) FROM (
    SELECT unnest(search_letter_keys(word_)) AS key
    UNION ALL
    SELECT search_key('n', '~' || s.sound) FROM (VALUES (dmetaphone(word_)), (dmetaphone_alt(word_))) AS s (sound)
     WHERE word_ ~ '^[a-z]{3,30}$' AND length(s.sound) > 1
) AS w
$$;

-- What another system calls something, as it is compared: letters and digits alone.
CREATE OR REPLACE FUNCTION search_squeezed(value_ text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT upper(regexp_replace(value_, '[^[:alnum:]]', '', 'g')) $$;

CREATE OR REPLACE FUNCTION search_reference_keys(VARIADIC values_ text[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(array_agg(search_key('x', search_squeezed(v.value))), '{}')
            FROM unnest(values_) AS v (value) WHERE search_squeezed(v.value) <> '' $$;

CREATE OR REPLACE FUNCTION search_prose_of(VARIADIC texts_ text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_tsvector('english', left(array_to_string(texts_, E'\n'), 100000)) $$;

-- The rows behind entries of one kind and table, as the entries that they make. Kinds are those of search.models.What.
-- plpgsql, so that no table hangs on it: a migration may change any of them.
CREATE OR REPLACE FUNCTION search_rows(table_ text, ids_ uuid[])
    RETURNS TABLE (id uuid, kind smallint, record_id uuid, audience_id uuid, subject_id uuid, at timestamptz, words text,
                   prose tsvector, more bigint[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
BEGIN
    CASE table_
    WHEN 'people_personname' THEN RETURN QUERY
        -- Each word once, however many names of a load have it.
        WITH said AS (
            SELECT s.id, w.word FROM people_personname s
             CROSS JOIN LATERAL (SELECT t.word FROM regexp_split_to_table(s.sort_name, '\s+') AS t (word)
                                  WHERE t.word <> '' LIMIT 10) AS w
             WHERE s.id = ANY (ids_)),
        ways AS MATERIALIZED (SELECT d.word, search_word_keys(d.word) AS keys FROM (SELECT DISTINCT said.word FROM said) AS d),
        many AS (SELECT said.id, array_agg(DISTINCT k.key) AS keys
                   FROM said JOIN ways ON ways.word = said.word CROSS JOIN LATERAL unnest(ways.keys) AS k (key) GROUP BY said.id)
        SELECT s.id, 1::smallint, s.record_id, s.audience_id, s.person_id, s.created_at,
               btrim(regexp_replace(s.sort_name, '\s+', ' ', 'g')), NULL::tsvector, COALESCE(many.keys, '{}')
          FROM people_personname s LEFT JOIN many ON many.id = s.id WHERE s.id = ANY (ids_);
    WHEN 'people_contactpoint' THEN RETURN QUERY
        SELECT s.id, 1::smallint, s.record_id, s.audience_id, s.person_id, s.created_at, '', NULL::tsvector,
               ARRAY[search_key('c', s.normal)]
          FROM people_contactpoint s WHERE s.id = ANY (ids_);
    WHEN 'people_identifier' THEN RETURN QUERY
        SELECT s.id, 1::smallint, s.record_id, s.audience_id, s.person_id, s.created_at, '', NULL::tsvector,
               search_reference_keys(s.value)
          FROM people_identifier s WHERE s.id = ANY (ids_);
    WHEN 'cases_case' THEN RETURN QUERY
        SELECT s.id, 2::smallint, s.record_id, s.audience_id, s.id, s.opened_at, '',
               setweight(search_prose_of(s.title), 'A'),
               ARRAY[search_key('r', ltrim(split_part(s.reference, '-', 3), '0'))]
          FROM cases_case s WHERE s.id = ANY (ids_);
    WHEN 'cases_incident' THEN RETURN QUERY
        SELECT s.id, 3::smallint, s.record_id, s.audience_id, s.id, COALESCE(s.occurred_from, s.created_at), '',
               search_prose_of(s.words) || search_prose_of(s.place_words), search_reference_keys(s.crime_number)
          FROM cases_incident s WHERE s.id = ANY (ids_);
    WHEN 'reports_report' THEN RETURN QUERY
        SELECT s.id, 3::smallint, s.record_id, s.audience_id, s.incident_id, s.told_at, '',
               search_prose_of(s.at_risk_words), '{}'::bigint[]
          FROM reports_report s WHERE s.id = ANY (ids_) AND s.at_risk_words <> '' AND s.incident_id IS NOT NULL;
    WHEN 'cases_note' THEN RETURN QUERY
        SELECT s.id, 4::smallint, s.record_id, s.audience_id, s.id, s.at, '', search_prose_of(s.text), '{}'::bigint[]
          FROM cases_note s WHERE s.id = ANY (ids_);
    WHEN 'cases_action' THEN RETURN QUERY
        SELECT s.id, 5::smallint, s.record_id, s.audience_id, s.id, s.created_at, '',
               search_prose_of(s.what, s.outcome_words), '{}'::bigint[]
          FROM cases_action s WHERE s.id = ANY (ids_);
    WHEN 'cases_attachment' THEN RETURN QUERY
        -- A file's name is words between dots and lines.
        SELECT s.id, 6::smallint, s.record_id, s.audience_id, s.id, s.created_at, '',
               setweight(search_prose_of(regexp_replace(s.name, '[._-]+', ' ', 'g')), 'A') || search_prose_of(s.description),
               '{}'::bigint[]
          FROM cases_attachment s WHERE s.id = ANY (ids_);
    WHEN 'cases_externalreference' THEN RETURN QUERY
        SELECT s.id, 7::smallint, s.record_id, s.audience_id, s.id, s.created_at, '', NULL::tsvector,
               search_reference_keys(s.value)
          FROM cases_externalreference s WHERE s.id = ANY (ids_);
    WHEN 'cases_party' THEN RETURN QUERY
        SELECT s.id, 8::smallint, s.record_id, s.audience_id, s.id, s.created_at, '',
               search_prose_of(s.label, s.description), '{}'::bigint[]
          FROM cases_party s WHERE s.id = ANY (ids_) AND s.label || s.description <> '';
    END CASE;
END $$;
REVOKE ALL ON FUNCTION search_rows(text, uuid[]) FROM PUBLIC;

-- Whether a record is a case that is open, or a report in none that nobody has done with. Its entries have the key 2000000, apart from all others.
CREATE OR REPLACE FUNCTION search_is_open(record_ uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    open_ boolean;
BEGIN
    SELECT c.status <> 'closed' INTO open_ FROM cases_case c WHERE c.id = record_;
    IF NOT FOUND THEN
        SELECT bool_or(NOT reports_is_over(r.state)) INTO open_ FROM reports_report r WHERE r.record_id = record_;
    END IF;
    RETURN COALESCE(open_, false);
END $$;
REVOKE ALL ON FUNCTION search_is_open(uuid) FROM PUBLIC;

-- Bring the entries of some rows of a table to what the rows say. Who reads a row are the holders of its audience where it has one, of
-- its record else: the audience's are the fewer.
CREATE OR REPLACE FUNCTION search_keep(table_ text, ids_ uuid[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO search_entry AS kept (id, kind, record_id, audience_id, subject_id, at, words, prose, keys)
    SELECT s.id, s.kind, s.record_id, s.audience_id, s.subject_id, s.at, left(s.words, 400), s.prose,
           COALESCE((SELECT array_agg(k.key) FROM access_reach r CROSS JOIN LATERAL unnest(search_holder_keys(r.holder_id, s.at)) AS k (key)
                      WHERE r.record_id = COALESCE(s.audience_id, s.record_id) AND r.rung >= 2), '{}')
           || (-s.kind)::bigint
           || CASE WHEN search_is_open(s.record_id) THEN ARRAY[2000000::bigint] ELSE '{}'::bigint[] END || s.more
      FROM search_rows(table_, ids_) AS s
    ON CONFLICT (id) DO UPDATE
       SET record_id = EXCLUDED.record_id, audience_id = EXCLUDED.audience_id, subject_id = EXCLUDED.subject_id,
           at = EXCLUDED.at, words = EXCLUDED.words, prose = EXCLUDED.prose, keys = EXCLUDED.keys;
END $$;
REVOKE ALL ON FUNCTION search_keep(text, uuid[]) FROM PUBLIC;

-- Bring the key of what is open to what a record is now: only what changes is written.
CREATE OR REPLACE FUNCTION search_keep_open(record_ uuid) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF search_is_open(record_) THEN
        UPDATE search_entry e SET keys = e.keys || 2000000::bigint WHERE e.record_id = record_ AND NOT e.keys @> ARRAY[2000000::bigint];
    ELSE
        UPDATE search_entry e SET keys = array_remove(e.keys, 2000000::bigint)
         WHERE e.record_id = record_ AND e.keys @> ARRAY[2000000::bigint];
    END IF;
END $$;
REVOKE ALL ON FUNCTION search_keep_open(uuid) FROM PUBLIC;

-- A case was closed or opened again, or somebody was done with a report.
CREATE OR REPLACE FUNCTION search_state_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM search_keep_open(NEW.record_id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_rows_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM search_keep(TG_TABLE_NAME, (SELECT array_agg(n.id) FROM new_rows n));
    IF TG_TABLE_NAME IN ('cases_case', 'reports_report') THEN
        -- Whatever of the record was there before it.
        PERFORM search_keep_open(n.record_id) FROM new_rows n;
    END IF;
    RETURN NULL;
END $$;

-- A row changed that says something else from now on, or stands under another record or audience. What says nothing any more has no entry.
CREATE OR REPLACE FUNCTION search_row_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM search_keep(TG_TABLE_NAME, ARRAY[NEW.id]);
    DELETE FROM search_entry e WHERE e.id = NEW.id AND NOT EXISTS (SELECT 1 FROM search_rows(TG_TABLE_NAME, ARRAY[NEW.id]));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_row_gone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    DELETE FROM search_entry e WHERE e.id = OLD.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_without(keys_ bigint[], gone_ bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(array_agg(k.key), '{}') FROM unnest(keys_) AS k (key) WHERE k.key <> ALL (gone_) $$;

-- Somebody comes to read a record or an audience, or no longer does.
CREATE OR REPLACE FUNCTION search_reach_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') AND OLD.rung >= 2 THEN
        UPDATE search_entry e SET keys = search_without(e.keys, search_holder_keys(OLD.holder_id, e.at))
         WHERE e.record_id = OLD.record_id AND e.audience_id IS NULL;
        UPDATE search_entry e SET keys = search_without(e.keys, search_holder_keys(OLD.holder_id, e.at))
         WHERE e.audience_id = OLD.record_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') AND NEW.rung >= 2 THEN
        UPDATE search_entry e SET keys = search_holder_keys(NEW.holder_id, e.at) || e.keys
         WHERE e.record_id = NEW.record_id AND e.audience_id IS NULL AND NOT e.keys @> search_holder_keys(NEW.holder_id, e.at);
        UPDATE search_entry e SET keys = search_holder_keys(NEW.holder_id, e.at) || e.keys
         WHERE e.audience_id = NEW.record_id AND NOT e.keys @> search_holder_keys(NEW.holder_id, e.at);
    END IF;
    RETURN NULL;
END $$;

-- All entries anew from the rows that are there: for what was in the database before it had entries, and after a load with
-- the triggers off. The owner's.
CREATE OR REPLACE FUNCTION search_rebuild(table_ text, chunk_ integer DEFAULT 20000) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    last_ uuid := '00000000-0000-0000-0000-000000000000';
    ids_ uuid[];
    done_ bigint := 0;
BEGIN
    LOOP
        EXECUTE format('SELECT array_agg(s.id) FROM (SELECT t.id FROM %I t WHERE t.id > $1 ORDER BY t.id LIMIT $2) AS s', table_)
           INTO ids_ USING last_, chunk_;
        EXIT WHEN ids_ IS NULL;
        PERFORM search_keep(table_, ids_);
        done_ := done_ + cardinality(ids_);
        last_ := ids_[cardinality(ids_)];
    END LOOP;
    RETURN done_;
END $$;
REVOKE ALL ON FUNCTION search_rebuild(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_rebuild(text, integer) TO sentinel_owner;
GRANT EXECUTE ON FUNCTION search_keep(text, uuid[]) TO sentinel_owner;

DROP FUNCTION IF EXISTS search_is_unfilled();

-- Keys to be met: {"n": words of a name, "l": the same but for a letter, "f": just as they are, "c": numbers and addresses, "x": what another system calls it, "r": numbers of references}.
CREATE OR REPLACE FUNCTION search_ways(ways_ jsonb) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT array_agg(DISTINCT k.key) FROM (
    SELECT unnest(search_word_keys(w.word)) AS key FROM jsonb_array_elements_text(ways_ -> 'n') AS w (word)
    UNION ALL
    SELECT unnest(search_letter_keys(w.word)) FROM jsonb_array_elements_text(ways_ -> 'l') AS w (word)
    UNION ALL
    SELECT search_key('n', w.word) FROM jsonb_array_elements_text(ways_ -> 'f') AS w (word)
    UNION ALL
    SELECT search_key('c', w.word) FROM jsonb_array_elements_text(ways_ -> 'c') AS w (word)
    UNION ALL
    SELECT search_key('x', search_squeezed(w.word)) FROM jsonb_array_elements_text(ways_ -> 'x') AS w (word)
    UNION ALL
    SELECT search_key('r', w.word) FROM jsonb_array_elements_text(ways_ -> 'r') AS w (word)
) AS k
$$;

-- Whether a record is a case, or a report in none, of this agency, in this area and state. For the function below alone.
CREATE OR REPLACE FUNCTION search_is_within(record_ uuid, agency_ uuid, area_ text, state_ text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    one record;
BEGIN
    SELECT c.owner_agency_id AS agency_id, c.place_id, c.status = 'closed' AS closed INTO one FROM cases_case c WHERE c.id = record_;
    IF NOT FOUND THEN
        SELECT r.agency_id, i.place_id, reports_is_over(r.state) AS closed INTO one
          FROM reports_report r LEFT JOIN cases_incident i ON i.id = r.incident_id WHERE r.record_id = record_ LIMIT 1;
    END IF;
    RETURN FOUND AND (agency_ IS NULL OR one.agency_id = agency_)
       AND (state_ = '' OR one.closed = (state_ = 'closed'))
       AND (area_ = '' OR EXISTS (SELECT 1 FROM places_place p JOIN accounts_area a ON a.id = p.district_id
                                   WHERE p.id = one.place_id AND a.code = area_));
END $$;
REVOKE ALL ON FUNCTION search_is_within(uuid, uuid, text, text) FROM PUBLIC;

-- What is found, newest first and at most `most_`, of what the caller may read now: who reaches what is asked of access_reach
-- for every entry. `prose_` are words as typed into a search engine. `ways_` are up to four lists of keys, of each of which
-- an entry must have one. `kinds_` are those that the caller's roles look at. `agency_`, `area_` (a code) and `state_` ('open',
-- 'closed') narrow by the case, or the report that is in none; `since_` and `until_` by the moment. `own_`: reports only where
-- the caller or `team_` took them.
--
-- It goes back in time by steps, so that a word that stands in every tenth note costs no more than a rare one. How far each
-- step goes follows from what the steps before it found. Only what the caller's holders reach is looked at: what they do not,
-- however much it is, makes no step longer and no answer later.
CREATE OR REPLACE FUNCTION search_found(
    prose_ text, ways_ jsonb, kinds_ smallint[], agency_ uuid, area_ text, state_ text, since_ timestamptz, until_ timestamptz,
    own_ boolean, team_ uuid, most_ integer)
    RETURNS TABLE (id uuid, kind smallint, record_id uuid, subject_id uuid, at timestamptz, words text, score real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off
    AS $$
#variable_conflict use_column
DECLARE
    holders uuid[] := sentinel_holders();
    moment timestamptz := sentinel_now();
    mine bigint[] := (SELECT array_agg(search_holder(h.id)) FROM unnest(holders) AS h (id));
    query_ tsquery := CASE WHEN prose_ <> '' THEN websearch_to_tsquery('english', prose_) END;
    g1 bigint[] := search_ways(ways_ -> 0);
    g2 bigint[] := search_ways(ways_ -> 1);
    g3 bigint[] := search_ways(ways_ -> 2);
    g4 bigint[] := search_ways(ways_ -> 3);
    narrowed boolean := agency_ IS NOT NULL OR area_ <> '' OR state_ <> '';
    -- What is closed is nearly everything, and found by looking; what is open is not.
    open_key bigint[] := CASE WHEN state_ = 'open' THEN ARRAY[2000000::bigint] END;
    kind_keys bigint[] := CASE WHEN query_ IS NOT NULL AND cardinality(kinds_) <= 2 THEN (SELECT array_agg((-k.kind)::bigint) FROM unnest(kinds_) AS k (kind)) END;
    -- Steps begin four weeks after now: what is dated later still is met by the last one.
    top bigint := search_week(least(moment, COALESCE(until_, moment))) + 4;
    next_week bigint := top;
    span bigint := 6;
    lowest bigint;
    is_last boolean;
    reached bigint[];
    later timestamptz := to_timestamp((top + 1) * 604800);
    newest timestamptz := later;
    oldest timestamptz;
    got integer := 0;
    many integer;
BEGIN
    IF mine IS NULL OR cardinality(kinds_) = 0 OR (query_ IS NULL AND g1 IS NULL)
       OR (query_ IS NOT NULL AND querytree(query_) IN ('', 'T')) THEN
        RETURN;
    END IF;
    LOOP
        IF newest <= since_ THEN
            EXIT WHEN until_ <= later;
            span := 1024;
        END IF;
        -- Beyond ten years, at once whatever is left: that of the past, and what is dated later than the first step.
        is_last := span > 512;
        lowest := CASE WHEN is_last THEN -3840 WHEN span > 16 THEN floor((next_week - span + 1) / 16.0)::bigint * 16 ELSE next_week - span + 1 END;
        lowest := greatest(lowest, search_week(since_));
        oldest := CASE WHEN is_last THEN '-infinity' ELSE to_timestamp(lowest * 604800) END;
        reached := (SELECT array_agg(m.holder + t.time) FROM unnest(mine) AS m (holder)
                     CROSS JOIN unnest(search_times_of(lowest, next_week)
                                       || CASE WHEN is_last THEN search_times_of(top + 1, 6911) ELSE '{}' END) AS t (time));
        next_week := lowest - 1;
        RETURN QUERY
        SELECT e.id, e.kind, e.record_id, e.subject_id, e.at, e.words::text,
               CASE WHEN query_ IS NULL THEN 0 ELSE ts_rank(e.prose, query_, 1) END::real
          FROM search_entry e
         WHERE (query_ IS NULL OR e.prose @@ query_)
           AND (g1 IS NULL OR e.keys && g1) AND (g2 IS NULL OR e.keys && g2)
           AND (g3 IS NULL OR e.keys && g3) AND (g4 IS NULL OR e.keys && g4)
           AND e.keys && reached
           AND (kind_keys IS NULL OR e.keys && kind_keys)
           AND (open_key IS NULL OR e.keys && open_key)
           AND e.kind = ANY (kinds_)
           AND (e.at < newest AND e.at >= oldest OR is_last AND e.at >= later)
           AND (since_ IS NULL OR e.at >= since_) AND (until_ IS NULL OR e.at < until_)
           AND COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = e.record_id AND r.holder_id = ANY (holders)
                            AND (r.until IS NULL OR r.until > moment)), 0) >= 2
           AND (e.audience_id IS NULL
                OR COALESCE((SELECT max(r.rung) FROM access_reach r WHERE r.record_id = e.audience_id AND r.holder_id = ANY (holders)
                                AND (r.until IS NULL OR r.until > moment)), 0) >= 2)
           AND (NOT own_ OR e.kind <> 3 OR EXISTS (
                SELECT 1 FROM reports_report o WHERE o.incident_id = e.subject_id
                   AND (o.taken_by_id = sentinel_user() OR o.team_id = team_)))
           AND (NOT narrowed OR search_is_within(e.record_id, agency_, area_, state_))
         ORDER BY e.at DESC, e.id DESC
         LIMIT most_ - got;
        GET DIAGNOSTICS many = ROW_COUNT;
        got := got + many;
        EXIT WHEN got >= most_ OR is_last;
        newest := oldest;
        -- As far again as it will take, by what the time until now has given, to have enough; and a third of that time at least, for the
        -- last few may lie years back.
        -- But four times that time at most while there is little to go by: what is newest may be the least.
        span := CASE WHEN got = 0 THEN span * 16
                     ELSE least(greatest(((most_ - got) * (top - next_week - 4) * 1.2 / got)::bigint, (top - next_week) / 3, 4),
                                (top - next_week) * 4) END;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION search_found(text, jsonb, smallint[], uuid, text, text, timestamptz, timestamptz, boolean, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_found(text, jsonb, smallint[], uuid, text, text, timestamptz, timestamptz, boolean, uuid, integer)
    TO sentinel_app;
