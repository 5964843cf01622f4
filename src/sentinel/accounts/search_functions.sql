-- What an agency reached, when it has gone into another: every row is the other's from then on. Only after the merge has
-- been written down, and only for a governance officer. A row that the other had already keeps the higher rung.
CREATE OR REPLACE FUNCTION accounts_hand_over(gone_ uuid, into_ uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    moved integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accounts_agency a WHERE a.id = gone_ AND a.merged_into_id = into_)
       OR NOT EXISTS (SELECT 1 FROM accounts_roleheld r
                       WHERE r.user_id = sentinel_user() AND r.role = 'governance_officer' AND r.until IS NULL) THEN
        RAISE EXCEPTION 'reach is handed over only in a merge, by a governance officer' USING ERRCODE = '42501';
    END IF;
    WITH gone AS (DELETE FROM access_reach WHERE holder_id = gone_ RETURNING *)
    INSERT INTO access_reach AS held
           (holder_id, record_id, kind, rung, until, sort_key, via, granted_by_id, granted_at)
    SELECT into_, g.record_id, g.kind, g.rung, g.until, g.sort_key, 'merged', sentinel_user(), g.granted_at FROM gone g
    ON CONFLICT (holder_id, record_id) DO UPDATE
        SET rung = EXCLUDED.rung, until = EXCLUDED.until, via = EXCLUDED.via
      WHERE EXCLUDED.rung > held.rung OR (EXCLUDED.rung = held.rung AND EXCLUDED.until IS NULL);
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;
REVOKE ALL ON FUNCTION accounts_hand_over(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_hand_over(uuid, uuid) TO sentinel_app;
