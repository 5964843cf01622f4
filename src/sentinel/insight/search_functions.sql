-- Whether an answer is open: one of those that mean "not known", or missing though it is asked of everybody.
CREATE OR REPLACE FUNCTION insight_is_open(answers_ jsonb, key_ text, unknown_ text[], required_ boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT answers_ -> key_ ?| unknown_ OR (required_ AND NOT answers_ ? key_) $$;

-- What is open in some cases, from their parties, assessments and deferrals and never from a counter. Also of whom the
-- caller does not reach: it is kept for everybody, under the policy of insight_matter. For the functions below alone.
CREATE OR REPLACE FUNCTION insight_found(cases_ uuid[])
    RETURNS TABLE (record_id uuid, audience_id uuid, kind smallint, subject text, subject_id uuid, detail text, since timestamptz,
                   until timestamptz, band smallint, agency_id uuid, team_id uuid, lead_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH open_cases AS MATERIALIZED (
        SELECT c.id, c.owner_agency_id, c.team_id, c.lead_id, c.opened_at
          FROM unnest(cases_) AS i (id) JOIN cases_case c ON c.id = i.id WHERE c.status <> 'closed'),
    victims AS MATERIALIZED (
        SELECT p.case_id, p.id AS party_id, p.audience_id, min(r.since) AS since
          FROM open_cases c JOIN cases_party p ON p.case_id = c.id
          JOIN cases_partyrole r ON r.party_id = p.id AND r.role = 'victim' AND r.until IS NULL
         GROUP BY p.id),
    wanted AS (
        SELECT v.case_id, v.party_id, v.audience_id, 'victim' AS subject, v.since FROM victims v
        UNION ALL
        SELECT c.id, NULL, NULL, 'case', c.opened_at FROM open_cases c
         WHERE NOT EXISTS (SELECT 1 FROM victims v WHERE v.case_id = c.id)),
    newest AS MATERIALIZED (
        SELECT DISTINCT ON (a.case_id, a.party_id, a.subject) a.*
          FROM open_cases c JOIN risk_assessment a ON a.case_id = c.id AND a.subject <> 'location'
         ORDER BY a.case_id, a.party_id, a.subject, a.assessed_at DESC, a.id DESC),
    -- Only while what they are about still is what it was: the person has the part, the case has no victim.
    holds AS MATERIALIZED (
        SELECT a.* FROM newest a
         WHERE CASE a.subject WHEN 'case' THEN NOT EXISTS (SELECT 1 FROM victims v WHERE v.case_id = a.case_id)
                    ELSE EXISTS (SELECT 1 FROM cases_partyrole o WHERE o.party_id = a.party_id AND o.until IS NULL
                           AND o.role = CASE a.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE a.subject END) END),
    found AS (
        SELECT w.case_id, w.audience_id, 1 AS kind, w.subject, COALESCE(w.party_id, w.case_id) AS subject_id, '' AS detail,
               greatest(w.since, c.opened_at) AS since,
               (SELECT max(f.until) FROM risk_deferral f WHERE f.case_id = w.case_id AND f.subject = w.subject
                   AND f.party_id IS NOT DISTINCT FROM w.party_id) AS until, NULL::smallint AS band
          FROM wanted w JOIN open_cases c ON c.id = w.case_id
         WHERE NOT EXISTS (SELECT 1 FROM newest a WHERE a.case_id = w.case_id AND a.subject = w.subject
                              AND a.party_id IS NOT DISTINCT FROM w.party_id)
        UNION ALL
        -- It began with the first of the assessments that left it so without a break: saying it again never starts it anew.
        SELECT a.case_id, a.audience_id, 2, a.subject, COALESCE(a.party_id, a.case_id), k.key,
               (SELECT min(b.assessed_at) FROM risk_assessment b
                 WHERE b.party_id IS NOT DISTINCT FROM a.party_id AND b.case_id = a.case_id AND b.subject = a.subject
                   AND b.assessed_at > COALESCE(
                       (SELECT max(e.assessed_at) FROM risk_assessment e
                          LEFT JOIN insight_asked x ON x.question_set_id = e.question_set_id AND x.key = k.key
                         WHERE e.party_id IS NOT DISTINCT FROM a.party_id AND e.case_id = a.case_id AND e.subject = a.subject
                           AND NOT COALESCE(insight_is_open(e.answers, x.key, x.unknown, x.required), false)),
                       '-infinity')), NULL, NULL
          FROM holds a JOIN insight_asked k ON k.question_set_id = a.question_set_id
           AND insight_is_open(a.answers, k.key, k.unknown, k.required)
        UNION ALL
        SELECT a.case_id, a.audience_id, 3, a.subject, COALESCE(a.party_id, a.case_id), '', a.assessed_at, NULL, a.band
          FROM holds a
        UNION ALL
        -- Once somebody of that step or of a later one has acknowledged, the risk is in hands.
        SELECT h.case_id, h.audience_id, 4, h.subject, h.id, t.role, min(t.due_at), NULL, NULL
          FROM open_cases c JOIN risk_highrisk h ON h.case_id = c.id AND h.ended_at IS NULL
          JOIN risk_toldofhighrisk t ON t.high_risk_id = h.id
         WHERE NOT EXISTS (SELECT 1 FROM risk_toldofhighrisk o WHERE o.high_risk_id = h.id AND o.acknowledged_at IS NOT NULL
                              AND (o.role = t.role OR o.step > t.step))
         GROUP BY h.id, t.role)
    SELECT f.case_id, f.audience_id, f.kind::smallint, f.subject::text, f.subject_id, f.detail::text, f.since, f.until, f.band,
           c.owner_agency_id, c.team_id, c.lead_id
      FROM found f JOIN open_cases c ON c.id = f.case_id;
END $$;
REVOKE ALL ON FUNCTION insight_found(uuid[]) FROM PUBLIC;

-- Bring what is kept of some cases to what is found in them. Returns how much differed: nothing, unless a trigger asks.
CREATE OR REPLACE FUNCTION insight_keep(cases_ uuid[]) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = auto
    AS $$
DECLARE
    changed integer;
    one uuid;
BEGIN
    IF cases_ IS NULL OR cardinality(cases_) = 0 THEN
        RETURN 0;
    END IF;
    -- For few cases to make a plan takes twenty times as long as to follow it: one is kept for them. It would be a bad one for many.
    PERFORM set_config('plan_cache_mode', CASE WHEN cardinality(cases_) <= 20 THEN 'force_generic_plan'
                                               ELSE 'force_custom_plan' END, true);
    -- Two who change one case at once: the second waits, and then finds what the first has changed. Not for a load of many.
    IF cardinality(cases_) <= 20 THEN
        FOR one IN SELECT DISTINCT i.id FROM unnest(cases_) AS i (id) ORDER BY 1 LOOP
            PERFORM pg_advisory_xact_lock(hashtextextended('insight ' || one::text, 0));
        END LOOP;
    END IF;
    WITH found AS MATERIALIZED (SELECT * FROM insight_found(cases_)),
    gone AS (
        DELETE FROM insight_matter m WHERE m.record_id = ANY (cases_) AND NOT EXISTS (
            SELECT 1 FROM found f WHERE f.record_id = m.record_id AND f.kind = m.kind AND f.subject_id = m.subject_id
               AND f.subject = m.subject AND f.detail = m.detail) RETURNING 1),
    put AS (
        INSERT INTO insight_matter AS kept (record_id, audience_id, kind, subject, subject_id, detail, since, until, band,
                                            agency_id, team_id, lead_id)
        SELECT f.record_id, f.audience_id, f.kind, f.subject, f.subject_id, f.detail, f.since, f.until, f.band,
               f.agency_id, f.team_id, f.lead_id FROM found f
        ON CONFLICT (record_id, kind, subject_id, subject, detail) DO UPDATE
           SET audience_id = EXCLUDED.audience_id, since = EXCLUDED.since, until = EXCLUDED.until, band = EXCLUDED.band,
               agency_id = EXCLUDED.agency_id, team_id = EXCLUDED.team_id, lead_id = EXCLUDED.lead_id
         WHERE (kept.audience_id, kept.since, kept.until, kept.band, kept.agency_id, kept.team_id, kept.lead_id)
               IS DISTINCT FROM (EXCLUDED.audience_id, EXCLUDED.since, EXCLUDED.until, EXCLUDED.band, EXCLUDED.agency_id,
                                 EXCLUDED.team_id, EXCLUDED.lead_id)
        RETURNING 1)
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put) INTO changed;
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION insight_keep(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION insight_keep(uuid[]) TO sentinel_worker, sentinel_owner;

-- The cases whose matters may have changed with the rows of a statement. One function for each shape of table.
CREATE OR REPLACE FUNCTION insight_follow_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM insight_keep(ARRAY(SELECT n.id FROM new_rows n));
    ELSE
        PERFORM insight_keep(ARRAY(
            SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
             WHERE (o.status = 'closed') IS DISTINCT FROM (n.status = 'closed')
                OR (n.status <> 'closed' AND (o.owner_agency_id, o.team_id, o.lead_id, o.opened_at)
                    IS DISTINCT FROM (n.owner_agency_id, n.team_id, n.lead_id, n.opened_at))));
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION insight_follow_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM insight_keep(ARRAY(SELECT DISTINCT n.case_id FROM new_rows n WHERE n.case_id IS NOT NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION insight_follow_roles() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM insight_keep(ARRAY(SELECT DISTINCT p.case_id FROM new_rows n JOIN cases_party p ON p.id = n.party_id
                                WHERE p.case_id IS NOT NULL));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION insight_follow_told() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM insight_keep(ARRAY(SELECT DISTINCT h.case_id FROM new_rows n JOIN risk_highrisk h ON h.id = n.high_risk_id));
    RETURN NULL;
END $$;

-- The past weeks of the whole partnership and of each agency, for a governance officer, who looks over it and reads no case.
CREATE OR REPLACE FUNCTION insight_partnership(since_ date)
    RETURNS TABLE (week date, agency_id uuid, open_cases bigint, cases bigint, people bigint, put_off bigint, unknown bigint,
                   reviews bigint, late bigint, taken_at timestamptz, taken_late boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT w.week, w.agency_id, sum(w.open_cases), sum(w.cases), sum(w.people), sum(w.put_off),
           sum((SELECT sum(n) FROM unnest(w.unknown) AS n)), sum(w.reviews), sum(w.late), max(w.taken_at), bool_or(w.taken_late)
      FROM insight_weekfigures w
     WHERE w.week >= since_
       AND EXISTS (SELECT 1 FROM accounts_roleheld h JOIN accounts_user u ON u.id = h.user_id
                    WHERE h.user_id = sentinel_user() AND h.until IS NULL AND h.role = 'governance_officer' AND u.is_active)
     GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST $$;
REVOKE ALL ON FUNCTION insight_partnership(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION insight_partnership(date) TO sentinel_app;
