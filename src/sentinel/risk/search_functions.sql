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
-- Asked by who works on it; anybody else changes nothing.
CREATE OR REPLACE FUNCTION risk_high_reach(case_ uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    INSERT INTO access_reach (holder_id, record_id, kind, rung, until, sort_key, via, granted_at)
    SELECT r.holder_id, h.id, 5, 3, r.until, h.began_at, 'high_risk', sentinel_now()
      FROM risk_highrisk h JOIN access_reach r ON r.record_id = h.case_id
     WHERE h.case_id = case_ AND r.rung >= 3 AND (r.until IS NULL OR r.until > sentinel_now())
       AND access_true_rung(case_) >= 3
    ON CONFLICT (holder_id, record_id) DO UPDATE SET until = EXCLUDED.until
     WHERE access_reach.rung <= 3 AND access_reach.via = 'high_risk' AND access_reach.until IS NOT NULL $$;

-- What an agency reached of a case's high risk because it worked on the case ends with that. For who owns the case.
CREATE OR REPLACE FUNCTION risk_high_take(case_ uuid, holder_ uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    DELETE FROM access_reach r USING risk_highrisk h
     WHERE h.case_id = case_ AND r.record_id = h.id AND r.holder_id = holder_ AND r.via = 'high_risk' AND r.rung < 4
       AND access_true_rung(case_) >= 4 $$;
