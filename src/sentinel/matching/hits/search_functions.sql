-- Hit, no hit. These run as the search role, which sees every row. What they answer is the same, byte for byte, for a record that
-- is silent and for one that is not there; what a search met stays in the database, for the record's owner to read.

-- The records that tell of a person whose name and something else agree, or of an open case at one of these places: whoever may
-- know of them, and whatever their kind. A safe address is no place and has no keys: nothing leads to it. Only hits_tell asks.
-- `persons` are those who were met there: the record's owner is told of them with a request, nobody else.
DROP FUNCTION IF EXISTS hits_touched(bigint[], bigint[], uuid[]);
CREATE OR REPLACE FUNCTION hits_touched(names_ bigint[], others_ bigint[], places_ uuid[])
    RETURNS TABLE (record_id uuid, audience_id uuid, about text, persons uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT DISTINCT k.ring_id FROM unnest(others_) AS w(key)
          CROSS JOIN LATERAL (SELECT m.ring_id FROM matching_key m WHERE m.key = w.key
                               ORDER BY m.key, m.ring_id DESC LIMIT 200) k
    )
    SELECT t.record_id, t.audience_id, t.about, coalesce(array_agg(DISTINCT t.person_id) FILTER (WHERE t.person_id IS NOT NULL), '{}')
      FROM (
        SELECT r.record_id, r.audience_id, 'person'::text AS about, r.person_id
          FROM held h
          CROSS JOIN LATERAL (SELECT g.record_id, g.audience_id, g.person_id FROM matching_keyring g
                               WHERE g.id = h.ring_id AND g.with_record_id IS NULL OFFSET 0) r
         WHERE EXISTS (SELECT 1 FROM matching_keyring n JOIN matching_key m ON m.ring_id = n.id AND m.key = ANY (names_)
                        WHERE n.person_id = r.person_id AND n.record_id = r.record_id
                          AND n.audience_id IS NOT DISTINCT FROM r.audience_id AND n.with_record_id IS NULL)
        UNION ALL
        SELECT c.id, c.audience_id, 'place'::text, NULL::uuid FROM cases_case c
         WHERE c.place_id = ANY (places_) AND c.status <> 'closed') t
     GROUP BY t.record_id, t.audience_id, t.about
     ORDER BY t.record_id DESC, t.about
     LIMIT 60;
END $$;
REVOKE ALL ON FUNCTION hits_touched(bigint[], bigint[], uuid[]) FROM PUBLIC;

-- Of which silent kinds a record is: those it was marked with, and that of the agency which owns it (accounts.rules.SILENT_KINDS).
CREATE OR REPLACE FUNCTION hits_silent_kinds(record_ uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT ARRAY(SELECT s.kind::text FROM hits_silence s WHERE s.record_id = record_ AND s.ended_at IS NULL
             UNION
             SELECT g.kind::text FROM access_reach r JOIN accounts_agency g ON g.id = r.holder_id
              WHERE r.record_id = record_ AND r.rung = 4 AND g.kind IN ('youth_justice', 'treatment'))
$$;
REVOKE ALL ON FUNCTION hits_silent_kinds(uuid) FROM PUBLIC;

-- Whether the caller may be told that a desk is to be rung about a record: on SUMMARY, by an agreement of its owner that is in force
-- today and lets them know of each silent kind that it is of. What was shared by hand needs no agreement, but is silenced as well.
CREATE OR REPLACE FUNCTION hits_may_tell(record_ uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT EXISTS (
    SELECT 1 FROM access_reach r
     WHERE r.record_id = record_ AND r.holder_id = ANY (sentinel_holders()) AND r.rung = 1
       AND (r.until IS NULL OR r.until > sentinel_now())
       AND CASE WHEN r.via <> 'agreement' THEN hits_silent_kinds(record_) = '{}' ELSE EXISTS (
           SELECT 1 FROM access_reach o
             JOIN access_agreement a ON a.owner_id = o.holder_id AND a.other_id = r.holder_id AND a.record_kind = r.kind
            WHERE o.record_id = record_ AND o.rung = 4
              AND a.effective_from <= (sentinel_now() AT TIME ZONE 'Europe/London')::date
              AND (a.effective_until IS NULL OR a.effective_until >= (sentinel_now() AT TIME ZONE 'Europe/London')::date)
              AND a.silent_kinds @> to_jsonb(hits_silent_kinds(record_))) END)
$$;
REVOKE ALL ON FUNCTION hits_may_tell(uuid) FROM PUBLIC;

-- What the caller is told of these: for each record a hit of their own and its owner. Each hit is in its owner's ledger, once an
-- agency and day, and in the audit; what is met and not told is a touch, once a person and day. `in_hand_` is the report or case
-- that the caller works on: without one, nothing is told. A hit is of what was asked: `asked_person_` and `asked_place_` are keyed
-- digests of that (telling.py). Asked for otherwise, the same record has another hit: two that are alike would tell that two people
-- stand in one record. Who was met is kept beside hits and touches for who watches the searching (watching.py), at `met_at`.
DROP FUNCTION IF EXISTS hits_tell(bigint[], bigint[], uuid[], uuid, text);
CREATE OR REPLACE FUNCTION hits_tell(
    names_ bigint[], others_ bigint[], places_ uuid[], in_hand_ uuid, why_ text, asked_person_ uuid, asked_place_ uuid)
    RETURNS TABLE (hit_id uuid, owner_id uuid, about text)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    one record;
    found_ uuid;
    touch_ uuid;
    owner_ uuid;
    rung_ integer;
    asked_ uuid;
    today_ text := to_char(sentinel_now() AT TIME ZONE 'Europe/London', 'YYYY-MM-DD');
    begun_ timestamptz := date_trunc('day', sentinel_now() AT TIME ZONE 'Europe/London') AT TIME ZONE 'Europe/London';
    works_ boolean := in_hand_ IS NOT NULL AND (access_true_rung(in_hand_) >= 3
                          OR NOT EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = in_hand_));
BEGIN
    IF sentinel_user() IS NULL OR sentinel_agency() IS NULL THEN
        RETURN;
    END IF;
    FOR one IN SELECT t.record_id, t.audience_id, t.about, t.persons FROM hits_touched(names_, others_, places_) t LOOP
        rung_ := access_true_rung(one.record_id);
        CONTINUE WHEN rung_ >= 2 AND (one.audience_id IS NULL OR access_true_rung(one.audience_id) >= 2);
        owner_ := (SELECT r.holder_id FROM access_reach r WHERE r.record_id = one.record_id AND r.rung = 4
                    ORDER BY r.granted_at LIMIT 1);
        -- A draft belongs to a person: nobody else's business until it is a report.
        CONTINUE WHEN owner_ IS NULL OR NOT EXISTS (SELECT 1 FROM accounts_agency g WHERE g.id = owner_);
        IF rung_ = 1 AND works_ AND one.audience_id IS NULL AND hits_may_tell(one.record_id) THEN
            asked_ := CASE one.about WHEN 'place' THEN asked_place_ ELSE asked_person_ END;
            SELECT h.id INTO found_ FROM hits_hit h
             WHERE h.record_id = one.record_id AND h.to_user_id = sentinel_user() AND h.about = one.about
               AND h.in_hand_id IS NOT DISTINCT FROM in_hand_ AND h.asked = asked_;
            IF NOT FOUND THEN
                -- The audit says once that a record was told of for what is in hand, however often what is asked is typed anew.
                IF NOT EXISTS (SELECT 1 FROM hits_hit h WHERE h.record_id = one.record_id AND h.to_user_id = sentinel_user()
                                  AND h.about = one.about AND h.in_hand_id IS NOT DISTINCT FROM in_hand_) THEN
                    PERFORM audit_write('hit', one.record_id, NULL, 'agency', sentinel_agency()::text, '{}'::jsonb);
                END IF;
                found_ := gen_random_uuid();
                INSERT INTO hits_hit (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                      created_at, created_by_id, version, to_user_id, to_agency_id, in_hand_id, about, persons, asked, met_at)
                VALUES (found_, one.record_id, NULL, sentinel_agency(), 'gdpr', 'asb_case_management', 'matching', 'fact',
                        'asb_standard', sentinel_now(), sentinel_user(), 1, sentinel_user(), sentinel_agency(), in_hand_, one.about, one.persons,
                        asked_, sentinel_now());
            ELSE
                UPDATE hits_hit h SET persons = ARRAY(SELECT p FROM unnest(h.persons || one.persons) p GROUP BY p ORDER BY p),
                                      met_at = sentinel_now()
                 WHERE h.id = found_ AND (NOT h.persons @> one.persons OR h.met_at < begun_);
            END IF;
            INSERT INTO access_disclosure (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing,
                                           retention_class, created_at, created_by_id, version, kind, what, to_agency_id,
                                           to_person_id, why, lawful_basis, wish, decided_by_id, disclosed_at)
            VALUES (md5(one.record_id::text || sentinel_agency()::text || today_)::uuid, one.record_id, NULL, sentinel_agency(), 'gdpr',
                    'asb_case_management', 'matching', 'fact', 'asb_standard', sentinel_now(), sentinel_user(), 1, 'hit',
                    'that something is known, and which desk to ring', sentinel_agency(), NULL, why_,
                    'the owner''s sharing agreement', 'not_applicable', sentinel_user(), sentinel_now())
            ON CONFLICT (id) DO NOTHING;
            hit_id := found_;
            owner_id := owner_;
            about := one.about;
            RETURN NEXT;
        ELSE
            touch_ := md5(one.record_id::text || coalesce(one.audience_id::text, '') || sentinel_user()::text || one.about || today_)::uuid;
            INSERT INTO hits_touch (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                    created_at, created_by_id, version, by_user_id, by_agency_id, met, why, seen_at, seen_by_id, persons, met_at)
            VALUES (touch_, one.record_id, one.audience_id, sentinel_agency(), 'gdpr', 'asb_case_management', 'matching', 'fact',
                    'asb_standard', sentinel_now(), sentinel_user(), 1, sentinel_user(), sentinel_agency(), one.about, left(why_, 80), NULL, NULL,
                    one.persons, sentinel_now())
            ON CONFLICT (id) DO NOTHING;
            IF FOUND THEN
                PERFORM audit_write('touched', one.record_id, one.audience_id, 'agency', sentinel_agency()::text, '{}'::jsonb);
            ELSE
                -- What is asked next may meet somebody else in the same record.
                UPDATE hits_touch t SET persons = ARRAY(SELECT p FROM unnest(t.persons || one.persons) p GROUP BY p ORDER BY p),
                                        met_at = sentinel_now()
                 WHERE t.id = touch_ AND NOT t.persons @> one.persons;
            END IF;
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION hits_tell(bigint[], bigint[], uuid[], uuid, text, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_tell(bigint[], bigint[], uuid[], uuid, text, uuid, uuid) TO sentinel_app;

-- The record and owner behind a hit of the caller's own, while they may only know of it; nothing for any other.
CREATE OR REPLACE FUNCTION hits_behind(hit_ uuid) RETURNS TABLE (record_id uuid, owner_id uuid, in_hand_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT h.record_id, access_owner(h.record_id), h.in_hand_id FROM hits_hit h
 WHERE h.id = hit_ AND h.to_user_id = sentinel_user() AND h.created_at > sentinel_now() - interval '30 days'
   AND access_true_rung(h.record_id) >= 1
$$;
REVOKE ALL ON FUNCTION hits_behind(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_behind(uuid) TO sentinel_app;

-- Ask the owner of a record for access, from SUMMARY alone. One waiting request a person and hit: asked again, it is that one. From
-- another hit it is another request: one that is led to twice would tell that two hits are of one record.
-- The row, its line in the owner's ledger, the entry and the line of the timeline are written here: the caller may write to none of them.
CREATE OR REPLACE FUNCTION hits_ask(
    request_ uuid, record_ uuid, hit_ uuid, wanted_ text, reason_ text, in_hand_ text, due_ timestamptz) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    stands_ uuid;
BEGIN
    IF sentinel_user() IS NULL OR sentinel_agency() IS NULL OR access_true_rung(record_) <> 1 THEN
        RAISE EXCEPTION 'access is asked for from rung SUMMARY' USING ERRCODE = '42501';
    END IF;
    SELECT q.id INTO stands_ FROM hits_accessrequest q
     WHERE q.record_id = record_ AND q.asker_id = sentinel_user() AND q.hit_id IS NOT DISTINCT FROM hit_ AND q.state = 'waiting';
    IF FOUND THEN
        RETURN stands_;
    END IF;
    INSERT INTO hits_accessrequest (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                    created_at, created_by_id, version, hit_id, asker_id, asker_agency_id, reason, wanted, in_hand,
                                    asked_at, due_at, state, answer, granted, ended_how)
    VALUES (request_, record_, NULL, sentinel_agency(), 'gdpr', 'asb_case_management', 'access', 'fact', 'asb_standard',
            sentinel_now(), sentinel_user(), 1, hit_, sentinel_user(), sentinel_agency(), reason_, wanted_, in_hand_,
            sentinel_now(), due_, 'waiting', '', '', '');
    INSERT INTO access_disclosure (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                   created_at, created_by_id, version, kind, what, to_agency_id, to_person_id, why,
                                   lawful_basis, wish, decided_by_id, disclosed_at)
    VALUES (gen_random_uuid(), record_, sentinel_agency(), 'gdpr', 'asb_case_management', 'access', 'fact', 'asb_standard',
            sentinel_now(), sentinel_user(), 1, 'access_asked', 'nothing yet', sentinel_agency(), sentinel_user(), reason_,
            '', 'not_applicable', sentinel_user(), sentinel_now());
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at,
                                  recorded_at, agency_id, user_id)
    VALUES (gen_random_uuid(), record_, NULL, 'access_asked', 1, jsonb_build_object('wanted', wanted_), request_, sentinel_now(),
            sentinel_now(), sentinel_agency(), sentinel_user());
    PERFORM audit_write('access_asked', record_, NULL, 'agency', sentinel_agency()::text, '{}'::jsonb);
    RETURN request_;
END $$;
REVOKE ALL ON FUNCTION hits_ask(uuid, uuid, uuid, text, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_ask(uuid, uuid, uuid, text, text, text, timestamptz) TO sentinel_app;

-- What whoever asked does with their own request: say that they have read the answer, or take it back while nobody has answered.
-- False where it is not theirs, or it is too late.
CREATE OR REPLACE FUNCTION hits_asker(request_ uuid, does_ text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF does_ = 'read' THEN
        UPDATE hits_accessrequest SET read_at = sentinel_now()
         WHERE id = request_ AND asker_id = sentinel_user() AND state IN ('granted', 'refused', 'joined') AND read_at IS NULL;
        RETURN FOUND;
    END IF;
    UPDATE hits_accessrequest SET state = 'withdrawn', answered_at = sentinel_now(), version = version + 1
     WHERE id = request_ AND asker_id = sentinel_user() AND state = 'waiting' AND does_ = 'withdraw';
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION hits_asker(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_asker(uuid, text) TO sentinel_app;

-- What was asked of a report is asked of no case: when the report's rows become a case's (cases_rehome), what waits for an answer ends,
-- and so does what was granted, which was reach of the report alone. The row goes along as what it was, for the owner's ledger.
CREATE OR REPLACE FUNCTION hits_end_of_joined() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    what_ text;
    kind_ text;
BEGIN
    IF NEW.state = 'waiting' THEN
        NEW.state := 'joined';
        NEW.answered_at := sentinel_now();
        what_ := 'nothing: the report joined a case';
        kind_ := 'access_lapsed';
    ELSIF NEW.state = 'granted' AND NEW.ended_at IS NULL THEN
        -- What the clock has ended and nobody has written down yet ended when it did.
        NEW.ended_at := LEAST(NEW.until, sentinel_now());
        NEW.ended_how := CASE WHEN NEW.until <= sentinel_now() THEN 'clock' ELSE 'joined' END;
        what_ := CASE NEW.ended_how WHEN 'clock' THEN 'access, by the clock' ELSE 'access: the report joined a case' END;
        kind_ := 'access_ended';
    ELSE
        RETURN NEW;
    END IF;
    NEW.version := OLD.version + 1;
    INSERT INTO access_disclosure (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                   created_at, created_by_id, version, kind, what, to_agency_id, to_person_id, why,
                                   lawful_basis, wish, decided_by_id, disclosed_at)
    VALUES (gen_random_uuid(), NEW.record_id, sentinel_agency(), 'gdpr', 'asb_case_management', 'access', 'fact', 'asb_standard',
            sentinel_now(), sentinel_user(), 1, 'access_ended', what_, NEW.asker_agency_id, NEW.asker_id, '', '', 'not_applicable',
            sentinel_user(), sentinel_now());
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at,
                                  recorded_at, agency_id, user_id)
    VALUES (gen_random_uuid(), NEW.record_id, NULL, kind_, 1,
            jsonb_build_object('agency', NEW.asker_agency_id, 'user', NEW.asker_id), NEW.id, sentinel_now(), sentinel_now(),
            sentinel_agency(), sentinel_user());
    PERFORM audit_write('access_ended', NEW.record_id, NULL, 'agency', NEW.asker_agency_id::text, '{}'::jsonb);
    RETURN NEW;
END $$;

-- How many searches the caller has made in the last minute. Entries are read back in time no further than a minute more, for they are
-- numbered as they come, and dated when what they tell of began.
CREATE OR REPLACE FUNCTION hits_made() RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    since timestamptz := sentinel_now() - interval '1 minute';
    at_ timestamptz;
    made integer := 0;
BEGIN
    FOR at_ IN SELECT e.at FROM audit_entry e WHERE e.user_id = sentinel_user() AND e.kind = 'search' ORDER BY e.id DESC LIMIT 1000 LOOP
        EXIT WHEN at_ < since - interval '1 minute';
        made := made + (at_ > since)::integer;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION hits_made() FROM PUBLIC;

-- The entry that partners' systems are about to be asked, and how many searches the caller has made in the last minute, with the one
-- that asks them.
CREATE OR REPLACE FUNCTION hits_asking(record_ uuid, detail_ jsonb) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM audit_write('systems_asked', record_, NULL, 'systems', '', detail_);
    RETURN hits_made() + 1;
END $$;
REVOKE ALL ON FUNCTION hits_asking(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_asking(uuid, jsonb) TO sentinel_app;

-- The entry of a search, and how many the caller has made in the last minute, this one counted. What was asked is kept beside it as
-- digests (asking.py), once a person, day and thing in hand: of each kind, and for a name that of the family name.
DROP FUNCTION IF EXISTS hits_searched(uuid, text, jsonb);
CREATE OR REPLACE FUNCTION hits_searched(
    record_ uuid, subject_ text, detail_ jsonb, in_hand_ uuid DEFAULT NULL, day_ date DEFAULT NULL, kinds_ text[] DEFAULT '{}',
    digests_ uuid[] DEFAULT '{}', families_ uuid[] DEFAULT '{}') RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM audit_write('search', record_, NULL, left(subject_, 60), '', detail_);
    INSERT INTO hits_askedthing (id, user_id, day, in_hand_id, kind, digest, family, at)
    SELECT md5(sentinel_user()::text || coalesce(in_hand_::text, '') || a.kind || a.digest::text)::uuid, sentinel_user(), day_, in_hand_,
           a.kind, a.digest, a.family, sentinel_now()
      FROM unnest(kinds_, digests_, families_) a(kind, digest, family) WHERE sentinel_user() IS NOT NULL
    ON CONFLICT (id) DO NOTHING;
    RETURN hits_made();
END $$;
REVOKE ALL ON FUNCTION hits_searched(uuid, text, jsonb, uuid, date, text[], uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hits_searched(uuid, text, jsonb, uuid, date, text[], uuid[], uuid[]) TO sentinel_app;
