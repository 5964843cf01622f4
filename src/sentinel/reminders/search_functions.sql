-- What the one who acts is reminded of now, whatever case it is in that they may still read: what was decided for them and
-- stands. A reminder that is of no case names none.
DROP FUNCTION IF EXISTS reminders_mine(integer);
CREATE FUNCTION reminders_mine(most_ integer)
    RETURNS TABLE (id uuid, rule_id uuid, reference text, title text, subject_id uuid, detail text,
                   started_at timestamptz, step integer, who text, deputising boolean, urgent boolean, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT d.id, d.rule_id, c.reference::text, c.title::text, d.subject_id, d.detail::text, d.started_at, d.step::integer, d.who::text,
       d.who = 'lead' AND c.lead_id IS DISTINCT FROM d.recipient_id, d.urgent, d.created_at
  FROM reminders_decision d LEFT JOIN cases_case c ON c.id = d.record_id
 WHERE d.live AND d.recipient_id = sentinel_user()
   AND (c.id IS NULL OR access_true_rung(d.record_id) >= 2)
   AND (d.audience_id IS NULL OR access_true_rung(d.audience_id) >= 2)
 ORDER BY d.urgent DESC, d.started_at, d.id LIMIT least(most_, 500);
$$;
REVOKE ALL ON FUNCTION reminders_mine(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reminders_mine(integer) TO sentinel_app;
