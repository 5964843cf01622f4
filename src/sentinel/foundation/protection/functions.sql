-- Functions that policies, triggers and rooms build on. Applied by the owner after every migration; idempotent.

CREATE OR REPLACE FUNCTION sentinel_now() RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT statement_timestamp() + COALESCE((SELECT c."offset" FROM foundation_clock c WHERE c.id = 1), interval '0') $$;

-- After a transaction the setting is an empty string, not null: hence NULLIF.
CREATE OR REPLACE FUNCTION sentinel_holders() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(NULLIF(current_setting('sentinel.holders', true), '')::uuid[], '{}'::uuid[]) $$;

CREATE OR REPLACE FUNCTION sentinel_user() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(current_setting('sentinel.user', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION sentinel_agency() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(current_setting('sentinel.agency', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION sentinel_context() RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(NULLIF(current_setting('sentinel.context', true), '')::jsonb, '{}'::jsonb) $$;

CREATE OR REPLACE FUNCTION sentinel_is_auditor() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('sentinel.auditor', true) = 'on' $$;

CREATE OR REPLACE FUNCTION sentinel_rung(record uuid) RETURNS integer
    LANGUAGE sql STABLE
    AS $$ SELECT COALESCE((SELECT max(r.rung)::integer FROM access_reach r
                           WHERE r.record_id = record AND r.holder_id = ANY (sentinel_holders())
                             AND (r.until IS NULL OR r.until > sentinel_now())), 0) $$;

-- The number of this transaction among those of all servers that this database has lived on. PostgreSQL counts anew in the
-- server that a dump is restored into: 2^48 apart, the numbers of one never meet another's.
CREATE OR REPLACE FUNCTION audit_server_begin() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE found_ bigint;
BEGIN
    SELECT begin INTO found_ FROM audit_server
     WHERE system = (SELECT c.system_identifier FROM pg_control_system() c);
    IF found_ IS NULL THEN
        RAISE EXCEPTION 'This database has come to another server. Run: sentinel migrate'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN found_;
END $$;

CREATE OR REPLACE FUNCTION audit_transaction() RETURNS bigint
    LANGUAGE sql VOLATILE
    AS $$ SELECT audit_server_begin() + pg_current_xact_id()::text::bigint $$;

-- One entry of the audit. The actor comes from what the transaction states, never from an argument.
CREATE OR REPLACE FUNCTION audit_write(
    kind_ text, record_ uuid, audience_ uuid, subject_ text, subject_id_ text, detail_ jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO audit_entry (transaction, at, kind, user_id, agency_id, record_id, audience_id, subject, subject_id,
                             request_id, address, reason, detail)
    VALUES (audit_transaction(), sentinel_now(), kind_, sentinel_user(), sentinel_agency(), record_,
            audience_, COALESCE(subject_, ''), COALESCE(subject_id_, ''),
            left(COALESCE(sentinel_context() ->> 'request', ''), 40),
            left(COALESCE(sentinel_context() ->> 'address', ''), 45),
            COALESCE(sentinel_context() ->> 'reason', ''), COALESCE(detail_, '{}'::jsonb));
END $$;
REVOKE ALL ON FUNCTION audit_write(text, uuid, uuid, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_write(text, uuid, uuid, text, text, jsonb) TO sentinel_app, sentinel_worker;

CREATE OR REPLACE FUNCTION audit_row_id(j jsonb) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT COALESCE(j ->> 'id', (j ->> 'holder_id') || ':' || (j ->> 'record_id'), j ->> 'postcode', '') $$;

-- The history of a table. The trigger's arguments are columns that it does not keep: no password, nor what a model leaves out of it.
CREATE OR REPLACE FUNCTION audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    left_out_ text[] := 'password'::text || COALESCE(TG_ARGV, '{}');
BEGIN
    INSERT INTO audit_history (transaction, at, operation, "table", row_id, record_id, audience_id, user_id, agency_id,
                               request_id, before, after)
    SELECT (SELECT audit_transaction()), sentinel_now(), 'I', TG_TABLE_NAME, audit_row_id(j),
           (j ->> 'record_id')::uuid, (j ->> 'audience_id')::uuid, sentinel_user(), sentinel_agency(),
           left(COALESCE(sentinel_context() ->> 'request', ''), 40), NULL, j
      FROM (SELECT to_jsonb(n) - left_out_ AS j FROM new_rows n OFFSET 0) s;  -- OFFSET 0: made once for a row, not at every j
    RETURN NULL;
END $$;

-- Only what changed is kept: `before` and `after` hold the same keys.
CREATE OR REPLACE FUNCTION audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    left_out_ text[] := 'password'::text || COALESCE(TG_ARGV, '{}');
BEGIN
    INSERT INTO audit_history (transaction, at, operation, "table", row_id, record_id, audience_id, user_id, agency_id,
                               request_id, before, after)
    SELECT (SELECT audit_transaction()), sentinel_now(), 'U', TG_TABLE_NAME, audit_row_id(n.j),
           (n.j ->> 'record_id')::uuid, (n.j ->> 'audience_id')::uuid, sentinel_user(), sentinel_agency(),
           left(COALESCE(sentinel_context() ->> 'request', ''), 40), d.before, d.after
      FROM (SELECT to_jsonb(x) - left_out_ AS j FROM new_rows x OFFSET 0) n
      JOIN (SELECT to_jsonb(x) - left_out_ AS j FROM old_rows x OFFSET 0) o ON audit_row_id(n.j) = audit_row_id(o.j)
      CROSS JOIN LATERAL (
          SELECT jsonb_object_agg(e.key, o.j -> e.key) AS before, jsonb_object_agg(e.key, e.value) AS after
            FROM jsonb_each(n.j) e WHERE e.value IS DISTINCT FROM o.j -> e.key) d
     WHERE d.after IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    left_out_ text[] := 'password'::text || COALESCE(TG_ARGV, '{}');
BEGIN
    INSERT INTO audit_history (transaction, at, operation, "table", row_id, record_id, audience_id, user_id, agency_id,
                               request_id, before, after)
    SELECT (SELECT audit_transaction()), sentinel_now(), 'D', TG_TABLE_NAME, audit_row_id(j),
           (j ->> 'record_id')::uuid, (j ->> 'audience_id')::uuid, sentinel_user(), sentinel_agency(),
           left(COALESCE(sentinel_context() ->> 'request', ''), 40), j, NULL
      FROM (SELECT to_jsonb(o) - left_out_ AS j FROM old_rows o OFFSET 0) s;
    RETURN NULL;
END $$;
