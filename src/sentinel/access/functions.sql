-- That records were taken out in an export: a row in the disclosure ledger of each, and an entry of the audit that its
-- owner sees. The caller may not write to what they only read, so the database writes it; a record that they may not read
-- stops the whole. What is written says nothing that the caller could choose but why.
CREATE OR REPLACE FUNCTION access_exported(records_ uuid[], what_ text, why_ text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    one uuid;
BEGIN
    IF sentinel_agency() IS NULL THEN
        RAISE EXCEPTION 'somebody of an agency exports' USING ERRCODE = '42501';
    END IF;
    FOREACH one IN ARRAY records_ LOOP
        IF access_true_rung(one) < 2 THEN
            RAISE EXCEPTION 'only what may be read is exported' USING ERRCODE = '42501';
        END IF;
        PERFORM audit_write('export', one, NULL, 'case', one::text, '{}'::jsonb);
    END LOOP;
    INSERT INTO access_disclosure (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                   created_at, created_by_id, version, kind, what, to_agency_id, to_person_id, why,
                                   lawful_basis, wish, decided_by_id, disclosed_at)
    SELECT gen_random_uuid(), r, sentinel_agency(), 'gdpr', 'asb_case_management', 'export', 'fact', 'asb_standard',
           sentinel_now(), sentinel_user(), 1, 'export', left(what_, 120), sentinel_agency(), NULL, why_,
           'UK GDPR Art 6(1)(e), public task', 'not_applicable', sentinel_user(), sentinel_now()
      FROM unnest(records_) AS r;
    RETURN cardinality(records_);
END $$;
REVOKE ALL ON FUNCTION access_exported(uuid[], text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_exported(uuid[], text, text) TO sentinel_app;
