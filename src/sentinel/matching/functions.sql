-- That a caller was told of a record on rung SUMMARY: a row in its owner's disclosure ledger, once an agency and day. The
-- caller may not write to the record itself, so the database writes it; nothing comes back.
DROP FUNCTION IF EXISTS matching_hit(uuid);
CREATE OR REPLACE FUNCTION matching_hit(record_ uuid, why_ text DEFAULT 'a report was being taken') RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    owner_ uuid := access_owner(record_);
    day_ text := to_char(sentinel_now() AT TIME ZONE 'Europe/London', 'YYYY-MM-DD');
BEGIN
    IF owner_ IS NULL OR sentinel_agency() IS NULL THEN
        RETURN;
    END IF;
    BEGIN
        INSERT INTO access_disclosure (id, record_id, audience_id, origin_agency_id, regime, purpose, source, standing,
                                       retention_class, created_at, created_by_id, version, kind, what, to_agency_id,
                                       to_person_id, why, lawful_basis, wish, decided_by_id, disclosed_at)
        VALUES (md5(record_::text || sentinel_agency()::text || day_)::uuid, record_, NULL, sentinel_agency(), 'gdpr',
                'asb_case_management', 'matching', 'fact', 'asb_standard', sentinel_now(), sentinel_user(), 1, 'hit',
                'that something is known, and which desk to ring', sentinel_agency(), NULL, why_,
                'the owner''s sharing agreement', 'not_applicable', sentinel_user(), sentinel_now());
    EXCEPTION WHEN unique_violation THEN
        NULL;
    END;
    PERFORM audit_write('hit', record_, NULL, 'agency', sentinel_agency()::text, '{}'::jsonb);
END $$;
REVOKE ALL ON FUNCTION matching_hit(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION matching_hit(uuid, text) TO sentinel_app;
