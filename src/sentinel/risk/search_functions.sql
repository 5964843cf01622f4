-- What the current assessments of a case come to, also those in an audience that the caller does not reach: a case must
-- not look less at risk to who sees less of it. Two numbers, for who may read the case; nothing says whose they are.
CREATE OR REPLACE FUNCTION risk_summary(case_ uuid) RETURNS TABLE (highest integer, unassessed integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH now_stands AS (
        SELECT DISTINCT ON (a.party_id, q.subject) a.party_id, q.subject, a.band
          FROM risk_assessment a JOIN questionnaires_questionsetversion q ON q.id = a.question_set_id
         WHERE a.case_id = case_
         ORDER BY a.party_id, q.subject, a.assessed_at DESC, a.id DESC),
    victims AS (
        SELECT DISTINCT p.id FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
         WHERE p.case_id = case_ AND r.role = 'victim' AND r.until IS NULL)
    SELECT COALESCE((SELECT max(s.band)::integer FROM now_stands s), 0),
           (SELECT count(*)::integer FROM victims v
             WHERE NOT EXISTS (SELECT 1 FROM now_stands s WHERE s.party_id = v.id AND s.subject = 'victim'))
     WHERE access_true_rung(case_) >= 2 $$;
