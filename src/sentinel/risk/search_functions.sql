-- What of a case has no assessment: each of its victims, or the case itself where it has no victim. Also those whom the
-- caller does not reach: a case must not look less at risk to who sees less of it. For the functions below alone.
CREATE OR REPLACE FUNCTION risk_missing(case_ uuid) RETURNS TABLE (subject text, party_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH victims AS (
        SELECT DISTINCT p.id FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
         WHERE p.case_id = case_ AND r.role = 'victim' AND r.until IS NULL)
    SELECT 'victim', v.id FROM victims v
     WHERE access_true_rung(case_) >= 2
       AND NOT EXISTS (SELECT 1 FROM risk_assessment a WHERE a.party_id = v.id AND a.subject = 'victim')
    UNION ALL
    SELECT 'case', NULL
     WHERE access_true_rung(case_) >= 2
       AND NOT EXISTS (SELECT 1 FROM victims)
       AND NOT EXISTS (SELECT 1 FROM risk_assessment a WHERE a.case_id = case_ AND a.subject = 'case') $$;

-- Whether anybody is a victim in a case, whoever asks of those that may read it.
CREATE OR REPLACE FUNCTION risk_has_victim(case_ uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT access_true_rung(case_) >= 2
       AND EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
                    WHERE p.case_id = case_ AND r.role = 'victim' AND r.until IS NULL) $$;

-- What the current assessments of a case come to: two numbers, for who may read the case; nothing says whose they are.
-- A place's band is the place's and no case's; that of a case without a victim ends to count when there is one.
CREATE OR REPLACE FUNCTION risk_summary(case_ uuid) RETURNS TABLE (highest integer, unassessed integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH now_stands AS (
        SELECT DISTINCT ON (a.party_id, a.subject) a.party_id, a.subject, a.band
          FROM risk_assessment a
         WHERE a.case_id = case_ AND a.subject <> 'location'
         ORDER BY a.party_id, a.subject, a.assessed_at DESC, a.id DESC)
    SELECT COALESCE((SELECT max(s.band)::integer FROM now_stands s
                      WHERE s.subject <> 'case' OR NOT risk_has_victim(case_)), 0),
           (SELECT count(*)::integer FROM risk_missing(case_))
     WHERE access_true_rung(case_) >= 2 $$;

-- How much of a case is neither assessed nor put off to a later moment than this.
CREATE OR REPLACE FUNCTION risk_waiting(case_ uuid, at_ timestamptz) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT count(*)::integer FROM risk_missing(case_) m
     WHERE NOT EXISTS (SELECT 1 FROM risk_deferral d
                        WHERE d.case_id = case_ AND d.subject = m.subject AND d.until > at_
                          AND d.party_id IS NOT DISTINCT FROM m.party_id) $$;

-- Whoever works on a case reaches what has followed from its high risk, also an agency that joined or took it over since.
-- Asked by who works on it; anybody else changes nothing. Answers whether any high risk of the case lasts.
DROP FUNCTION IF EXISTS risk_high_reach(uuid);
CREATE OR REPLACE FUNCTION risk_high_reached(case_ uuid) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    INSERT INTO access_reach (holder_id, record_id, kind, rung, until, sort_key, via, granted_at)
    SELECT r.holder_id, h.id, 5, 3, r.until, h.began_at, 'high_risk', sentinel_now()
      FROM risk_highrisk h JOIN access_reach r ON r.record_id = h.case_id
     WHERE h.case_id = case_ AND r.rung >= 3 AND (r.until IS NULL OR r.until > sentinel_now())
       AND access_true_rung(case_) >= 3
    ON CONFLICT (holder_id, record_id) DO UPDATE SET until = EXCLUDED.until
     WHERE access_reach.rung <= 3 AND access_reach.via = 'high_risk' AND access_reach.until IS NOT NULL;
    SELECT access_true_rung(case_) >= 2
       AND EXISTS (SELECT 1 FROM risk_highrisk h WHERE h.case_id = case_ AND h.ended_at IS NULL) $$;

-- What an agency reached of a case's high risk because it worked on the case ends with that. For who owns the case.
CREATE OR REPLACE FUNCTION risk_high_take(case_ uuid, holder_ uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    DELETE FROM access_reach r USING risk_highrisk h
     WHERE h.case_id = case_ AND r.record_id = h.id AND r.holder_id = holder_ AND r.via = 'high_risk' AND r.rung < 4
       AND access_true_rung(case_) >= 4 $$;

-- What whoever was told of high risk does with it, and the control room with its marker, as one line on the timeline of the case,
-- which they need not reach. What the line tells is read from the rows themselves, never from who calls.
GRANT INSERT ON foundation_event TO sentinel_search;
CREATE OR REPLACE FUNCTION risk_high_said(event_ uuid, kind_ text, subject_ uuid, when_ timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    line record;
    at_ timestamptz := least(when_, sentinel_now());
BEGIN
    SELECT f.high_risk_id, f.payload INTO line FROM (
        SELECT t.high_risk_id, jsonb_build_object('role', t.role) AS payload FROM risk_toldofhighrisk t
         WHERE kind_ = 'high_risk_acknowledged' AND t.id = subject_ AND t.user_id = sentinel_user() AND t.acknowledged_at IS NOT NULL
        UNION ALL
        SELECT m.high_risk_id, jsonb_build_object('kind', m.kind, 'accepted', m.state = 'accepted') FROM risk_marker m
         WHERE kind_ = 'marker_answered' AND m.id = subject_ AND m.answered_by_id = sentinel_user()
        UNION ALL
        SELECT m.high_risk_id, jsonb_build_object('kind', m.kind, 'stays', m.state = 'accepted') FROM risk_marker m
         WHERE kind_ = 'marker_reviewed' AND m.id = subject_ AND m.reviewed_at IS NOT NULL
        UNION ALL
        SELECT m.high_risk_id, jsonb_build_object('kind', m.kind) FROM risk_marker m
         WHERE kind_ = 'marker_taken_off' AND m.id = subject_ AND m.taken_off_by_id = sentinel_user()) f;
    IF NOT FOUND OR sentinel_user() IS NULL OR access_true_rung(line.high_risk_id) < 3 THEN
        RAISE EXCEPTION 'who was told, or the control room, says what came of high risk' USING ERRCODE = '42501';
    END IF;
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at,
                                  recorded_at, agency_id, user_id)
    SELECT event_, h.case_id, p.audience_id, kind_, 1, line.payload, subject_, at_, at_, sentinel_agency(), sentinel_user()
      FROM risk_highrisk h LEFT JOIN cases_party p ON p.id = h.party_id WHERE h.id = line.high_risk_id;
END $$;
REVOKE ALL ON FUNCTION risk_high_said(uuid, text, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION risk_high_said(uuid, text, uuid, timestamptz) TO sentinel_app;

-- The high risks that the caller reaches and that are somebody's, by who they are: the caller need not reach the case that says so.
-- A protected identity is not told: its row is under an audience of its own.
CREATE OR REPLACE FUNCTION risk_high_of_person(person_ uuid) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT array_agg(h.id) FROM cases_partyidentity i JOIN risk_highrisk h ON h.party_id = i.party_id
     WHERE i.person_id = ANY (person_ || ARRAY(SELECT a.other_id FROM people_alias a WHERE a.person_id = person_))
       AND i.audience_id IS NULL AND h.ended_at IS NULL AND access_true_rung(h.id) >= 2 $$;
REVOKE ALL ON FUNCTION risk_high_of_person(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION risk_high_of_person(uuid) TO sentinel_app;
