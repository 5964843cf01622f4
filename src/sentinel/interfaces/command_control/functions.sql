-- Every change of a marker that a command and control system has to know of, written down in the transaction that made it.
CREATE SEQUENCE IF NOT EXISTS command_control_number;

CREATE OR REPLACE FUNCTION command_control_write(marker_ risk_marker, kind_ text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    INSERT INTO command_control_change (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing,
                                        retention_class, created_at, created_by_id, version, marker_id, number, transaction,
                                        kind, at)
    VALUES (gen_random_uuid(), marker_.record_id, marker_.audience_id, marker_.origin_agency_id, marker_.regime,
            marker_.purpose, 'marker', 'fact', marker_.retention_class, sentinel_now(), sentinel_user(), 1, marker_.id,
            nextval('command_control_number'), audit_transaction(), kind_, sentinel_now()) $$;
REVOKE ALL ON FUNCTION command_control_write(risk_marker, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION command_control_write(risk_marker, text) TO sentinel_search;

CREATE OR REPLACE FUNCTION command_control_note() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM command_control_write(NEW, 'start');
    ELSIF OLD.state <> 'accepted' THEN
        PERFORM command_control_write(NEW, 'start');
    ELSIF NEW.state <> 'accepted' THEN
        PERFORM command_control_write(NEW, 'end');
    ELSIF NEW.reviewed_at IS DISTINCT FROM OLD.reviewed_at THEN
        PERFORM command_control_write(NEW, 'review');
    ELSE
        PERFORM command_control_write(NEW, 'change');
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS command_control_begins ON risk_marker;
CREATE TRIGGER command_control_begins AFTER INSERT ON risk_marker FOR EACH ROW
    WHEN (NEW.state = 'accepted') EXECUTE FUNCTION command_control_note();
DROP TRIGGER IF EXISTS command_control_changes ON risk_marker;
CREATE TRIGGER command_control_changes AFTER UPDATE ON risk_marker FOR EACH ROW
    WHEN ((OLD.state = 'accepted' OR NEW.state = 'accepted')
          AND (OLD.state, OLD.kind, OLD.who, OLD."where", OLD.reference, OLD.ring, OLD.first_action, OLD.starts_on,
               OLD.review_on, OLD.reviewed_at, OLD.ends_on)
              IS DISTINCT FROM
              (NEW.state, NEW.kind, NEW.who, NEW."where", NEW.reference, NEW.ring, NEW.first_action, NEW.starts_on,
               NEW.review_on, NEW.reviewed_at, NEW.ends_on))
    EXECUTE FUNCTION command_control_note();

-- An agency that comes to reach a high risk later is told of the marker that is shown already.
-- 5 is access.models.Kind.HIGH_RISK.
DROP TRIGGER IF EXISTS command_control_reached ON access_reach;
CREATE TRIGGER command_control_reached AFTER INSERT ON access_reach FOR EACH ROW
    WHEN (NEW.kind = 5) EXECUTE FUNCTION command_control_reached();
-- So is one whose share is renewed; one whose share is taken is told that the marker has ended.
DROP TRIGGER IF EXISTS command_control_renewed ON access_reach;
CREATE TRIGGER command_control_renewed AFTER UPDATE ON access_reach FOR EACH ROW
    WHEN (NEW.kind = 5 AND (OLD.rung, OLD.until) IS DISTINCT FROM (NEW.rung, NEW.until))
    EXECUTE FUNCTION command_control_reached();
DROP TRIGGER IF EXISTS command_control_taken ON access_reach;
CREATE TRIGGER command_control_taken AFTER DELETE ON access_reach FOR EACH ROW
    WHEN (OLD.kind = 5) EXECUTE FUNCTION command_control_reached();

GRANT INSERT ON command_control_given TO sentinel_search;
DROP POLICY IF EXISTS search_inserts ON command_control_given;
CREATE POLICY search_inserts ON command_control_given FOR INSERT TO sentinel_search WITH CHECK (true);
