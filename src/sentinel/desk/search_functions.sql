-- Whose messages the one who acts administers: 'all' agencies' (a governance officer), their 'own' agency's (a local
-- administrator), or null: nobody's.
CREATE OR REPLACE FUNCTION desk_outbox_reach() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
SELECT CASE WHEN bool_or(r.role = 'governance_officer') THEN 'all'
            WHEN bool_or(r.role = 'local_administrator') THEN 'own' END
  FROM accounts_roleheld r WHERE r.user_id = sentinel_user() AND r.until IS NULL;
$$;
REVOKE ALL ON FUNCTION desk_outbox_reach() FROM PUBLIC;

-- How messages to people outside fare, for who administers Sentinel: never to whom, about what, or in which case. A local
-- administrator sees the agency's own, a governance officer every agency's. Newest first, by key.
CREATE OR REPLACE FUNCTION desk_outbox(states_ text[], channel_ text, before_ uuid, most_ integer)
    RETURNS TABLE (id uuid, channel text, state text, attempts integer, error_kind text, agency_id uuid,
                   created_at timestamptz, handed_over_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    reach text := desk_outbox_reach();
BEGIN
    IF reach IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.id, m.channel::text, m.state::text, m.attempts::integer, m.error_kind::text, m.origin_agency_id,
               m.created_at, m.handed_over_at
          FROM foundation_message m
         WHERE m.state = ANY (states_) AND (channel_ = '' OR m.channel = channel_)
           AND (reach = 'all' OR m.origin_agency_id = sentinel_agency())
           AND (before_ IS NULL OR m.id < before_)
         ORDER BY m.id DESC LIMIT least(most_, 500);
END $$;
REVOKE ALL ON FUNCTION desk_outbox(text[], text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_outbox(text[], text, uuid, integer) TO sentinel_app;

-- How many messages are in each state, of those that desk_outbox would list.
CREATE OR REPLACE FUNCTION desk_outbox_counts()
    RETURNS TABLE (channel text, state text, many bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    reach text := desk_outbox_reach();
BEGIN
    IF reach IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.channel::text, m.state::text, count(*) FROM foundation_message m
         WHERE m.state IN ('waiting', 'failed', 'post') AND (reach = 'all' OR m.origin_agency_id = sentinel_agency())
         GROUP BY 1, 2;
END $$;
REVOKE ALL ON FUNCTION desk_outbox_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_outbox_counts() TO sentinel_app;

-- One message of those that desk_outbox would list: its state, or nothing.
CREATE OR REPLACE FUNCTION desk_outbox_state(message_ uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    reach text := desk_outbox_reach();
BEGIN
    RETURN (SELECT m.state::text FROM foundation_message m
             WHERE m.id = message_ AND (reach = 'all' OR (reach = 'own' AND m.origin_agency_id = sentinel_agency())));
END $$;
REVOKE ALL ON FUNCTION desk_outbox_state(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk_outbox_state(uuid) TO sentinel_app;
