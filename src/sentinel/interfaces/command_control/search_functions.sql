CREATE OR REPLACE FUNCTION command_control_reached() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- Who reaches it still is told of a change and not of whose share ended; who does not, that the marker has ended.
        PERFORM command_control_write(m, 'change') FROM risk_marker m
         WHERE m.record_id = OLD.record_id AND m.state = 'accepted'
           AND EXISTS (SELECT 1 FROM command_control_given g WHERE g.marker_id = m.id AND g.agency_id = OLD.holder_id);
        RETURN NULL;
    END IF;
    PERFORM command_control_write(m, 'start') FROM risk_marker m
     WHERE m.record_id = NEW.record_id AND m.state = 'accepted';
    RETURN NULL;
END $$;

-- What has left for an agency's system: of each marker that this system is given for the first time a line in the ledger of its case, which
-- the agency itself need not reach. Nothing of a marker whose high risk the agency does not reach.
DROP FUNCTION IF EXISTS command_control_given(uuid, uuid[]);
CREATE OR REPLACE FUNCTION command_control_given(agency_ uuid, client_ uuid, name_ text, markers_ uuid[]) RETURNS integer
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH first AS (
        INSERT INTO command_control_given (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing,
                                           retention_class, created_at, created_by_id, version, marker_id, agency_id, client_id,
                                           given_at)
        SELECT gen_random_uuid(), m.record_id, m.audience_id, m.origin_agency_id, m.regime, m.purpose, 'command_control', 'fact',
               m.retention_class, sentinel_now(), NULL, 1, m.id, agency_, client_, sentinel_now()
          FROM risk_marker m
         WHERE m.id = ANY (markers_)
           AND (session_user = 'sentinel_worker' OR agency_ = sentinel_agency())
           AND EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = m.record_id AND r.holder_id = agency_ AND r.rung >= 2
                          AND (r.until IS NULL OR r.until > sentinel_now()))
        ON CONFLICT (client_id, marker_id) DO NOTHING
        RETURNING marker_id),
    told AS (
        INSERT INTO access_disclosure (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                       created_at, created_by_id, version, kind, what, to_agency_id, to_person_id, why,
                                       lawful_basis, wish, decided_by_id, disclosed_at)
        SELECT gen_random_uuid(), h.case_id, m.origin_agency_id, m.regime, 'asb_case_management', 'command_control', 'fact',
               'asb_standard', sentinel_now(), NULL, 1, 'marker', 'marker, to the command and control system', agency_, NULL,
               'The control room accepted the marker, and its system ' || name_ || ' asked for it or was sent it',
               (SELECT b->>'ledger' FROM jsonb_array_elements(
                    (SELECT l.content->'items' FROM questionnaires_localrule l
                      WHERE l.name = 'lawful-bases' AND (l.agency_id IS NULL OR l.agency_id = m.origin_agency_id)
                        AND l.effective_from <= (sentinel_now() AT TIME ZONE 'Europe/London')::date
                      ORDER BY l.agency_id NULLS LAST, l.effective_from DESC LIMIT 1)) b
                 WHERE b->>'key' = 'crime_and_disorder'), 'not_asked', m.answered_by_id, sentinel_now()
          FROM first f JOIN risk_marker m ON m.id = f.marker_id JOIN risk_highrisk h ON h.id = m.high_risk_id
        RETURNING 1)
    SELECT count(*)::integer FROM told $$;
REVOKE ALL ON FUNCTION command_control_given(uuid, uuid, text, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION command_control_given(uuid, uuid, text, uuid[]) TO sentinel_app, sentinel_worker;

-- Of the markers that an agency has been given and whose high risk it reaches no more, those of which anything was committed between
-- two snapshots: which they are, never what they say.
CREATE OR REPLACE FUNCTION command_control_lost(agency_ uuid, begin_ bigint, since_ pg_snapshot, upto_ pg_snapshot)
    RETURNS TABLE (marker_id uuid, number bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT c.marker_id, max(c.number) FROM command_control_change c
     WHERE (session_user = 'sentinel_worker' OR agency_ = sentinel_agency())
       AND c.transaction >= begin_ + pg_snapshot_xmin(since_)::text::bigint
       AND NOT pg_visible_in_snapshot(GREATEST(c.transaction - begin_, 0)::text::xid8, since_)
       AND pg_visible_in_snapshot(GREATEST(c.transaction - begin_, 0)::text::xid8, upto_)
       AND EXISTS (SELECT 1 FROM command_control_given g WHERE g.agency_id = agency_ AND g.marker_id = c.marker_id)
       AND NOT EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = c.record_id AND r.holder_id = agency_ AND r.rung >= 2
                          AND (r.until IS NULL OR r.until > sentinel_now()))
     GROUP BY c.marker_id $$;
REVOKE ALL ON FUNCTION command_control_lost(uuid, bigint, pg_snapshot, pg_snapshot) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION command_control_lost(uuid, bigint, pg_snapshot, pg_snapshot) TO sentinel_app, sentinel_worker;
