-- The only ways into access_reach. Owned by sentinel_search, which reads everything and writes that one table.
CREATE OR REPLACE FUNCTION access_true_rung(record_ uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT CASE WHEN session_user IN ('sentinel_worker', 'sentinel_owner') THEN 4 ELSE
            COALESCE((SELECT max(r.rung)::integer FROM access_reach r
                       WHERE r.record_id = record_ AND r.holder_id = ANY (sentinel_holders())
                         AND (r.until IS NULL OR r.until > sentinel_now())), 0) END $$;

CREATE OR REPLACE FUNCTION access_open(record_ uuid, kind_ integer, holder_ uuid, sort_key_ timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF session_user NOT IN ('sentinel_worker', 'sentinel_owner') AND NOT holder_ = ANY (sentinel_holders()) THEN
        RAISE EXCEPTION 'a record is opened for oneself or one''s own agency' USING ERRCODE = '42501';
    END IF;
    IF EXISTS (SELECT 1 FROM access_reach WHERE record_id = record_) THEN
        RAISE EXCEPTION 'the record is open already' USING ERRCODE = '42501';
    END IF;
    INSERT INTO access_reach (holder_id, record_id, kind, rung, until, sort_key, via, granted_by_id, granted_at)
    VALUES (holder_, record_, kind_, 4, NULL, sort_key_, 'opened', sentinel_user(), sentinel_now());
END $$;

CREATE OR REPLACE FUNCTION access_give(
    record_ uuid, kind_ integer, holder_ uuid, rung_ integer, until_ timestamptz, via_ text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    mine integer := access_true_rung(record_);
BEGIN
    IF mine < 4 THEN
        RAISE EXCEPTION 'only the owner gives access' USING ERRCODE = '42501';
    END IF;
    IF rung_ NOT BETWEEN 1 AND 3 OR EXISTS (
        SELECT 1 FROM access_reach WHERE record_id = record_ AND holder_id = holder_ AND rung = 4) THEN
        RAISE EXCEPTION 'ownership is handed over, never given or lessened' USING ERRCODE = '42501';
    END IF;
    INSERT INTO access_reach (holder_id, record_id, kind, rung, until, sort_key, via, granted_by_id, granted_at)
    VALUES (holder_, record_, kind_, rung_, until_,
            COALESCE((SELECT max(sort_key) FROM access_reach WHERE record_id = record_), sentinel_now()),
            via_, sentinel_user(), sentinel_now())
    ON CONFLICT (holder_id, record_id) DO UPDATE
        SET rung = EXCLUDED.rung, until = EXCLUDED.until, via = EXCLUDED.via,
            granted_by_id = EXCLUDED.granted_by_id, granted_at = EXCLUDED.granted_at;
END $$;

-- A new record that others reach from the start. Only says one after the other what the two above are asked, which check it.
CREATE OR REPLACE FUNCTION access_open_shared(
    record_ uuid, kind_ integer, holder_ uuid, sort_key_ timestamptz, others_ uuid[], rung_ integer, via_ text)
    RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
DECLARE
    other uuid;
BEGIN
    PERFORM access_open(record_, kind_, holder_, sort_key_);
    FOREACH other IN ARRAY others_ LOOP
        PERFORM access_give(record_, kind_, other, rung_, NULL, via_);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION access_take(record_ uuid, holder_ uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF access_true_rung(record_) < 4 THEN
        RAISE EXCEPTION 'only the owner ends access' USING ERRCODE = '42501';
    END IF;
    DELETE FROM access_reach WHERE record_id = record_ AND holder_id = holder_ AND rung < 4;
END $$;

-- The list order of a record, for everybody who reaches it.
CREATE OR REPLACE FUNCTION access_touch(record_ uuid, sort_key_ timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF access_true_rung(record_) < 3 THEN
        RAISE EXCEPTION 'only who writes a record moves it in the lists' USING ERRCODE = '42501';
    END IF;
    UPDATE access_reach SET sort_key = sort_key_ WHERE record_id = record_ AND sort_key < sort_key_;
END $$;

-- Who reaches a record: for everybody who may read it.
CREATE OR REPLACE FUNCTION access_holders(record_ uuid)
    RETURNS TABLE (holder_id uuid, rung integer, until timestamptz, via text, granted_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.holder_id, r.rung::integer, r.until, r.via::text, r.granted_at FROM access_reach r
           WHERE r.record_id = record_ AND access_true_rung(record_) >= 2
             AND (r.until IS NULL OR r.until > sentinel_now()) $$;

-- The owner agency of a record that the caller may at least know of; null otherwise.
CREATE OR REPLACE FUNCTION access_owner(record_ uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.holder_id FROM access_reach r
           WHERE r.record_id = record_ AND r.rung = 4 AND access_true_rung(record_) >= 1
           ORDER BY r.granted_at LIMIT 1 $$;

-- Break-glass: from SUMMARY only, one record, read only, for the person and not the agency, where the owner's
-- agreement in force lists one of the roles that the person holds now. Returns the owner agency's id.
DROP FUNCTION IF EXISTS access_break_glass(uuid, uuid, text[], text, timestamptz, timestamptz);
CREATE OR REPLACE FUNCTION access_break_glass(
    row_ uuid, record_ uuid, harm_ text, until_ timestamptz, review_due_ timestamptz) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    owner_ uuid;
    kind_ integer;
    today_ date := (sentinel_now() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT r.holder_id, r.kind INTO owner_, kind_ FROM access_reach r
     WHERE r.record_id = record_ AND r.rung = 4 ORDER BY r.granted_at LIMIT 1;
    IF owner_ IS NULL OR access_true_rung(record_) <> 1 OR sentinel_user() IS NULL THEN
        RAISE EXCEPTION 'break-glass needs rung SUMMARY' USING ERRCODE = '42501';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM access_agreement a
         WHERE a.owner_id = owner_ AND a.other_id = sentinel_agency() AND a.record_kind = kind_
           AND a.effective_from <= today_ AND (a.effective_until IS NULL OR a.effective_until >= today_)
           AND a.break_glass_roles ?| ARRAY(
               SELECT h.role::text FROM accounts_roleheld h JOIN accounts_user u ON u.id = h.user_id
                WHERE h.user_id = sentinel_user() AND h.until IS NULL AND u.is_active
                  AND u.agency_id = sentinel_agency())) THEN
        RAISE EXCEPTION 'the agreement lists none of these roles' USING ERRCODE = '42501';
    END IF;
    IF until_ IS NULL OR until_ > sentinel_now() + interval '61 minutes' THEN
        RAISE EXCEPTION 'break-glass lasts an hour' USING ERRCODE = '42501';
    END IF;
    INSERT INTO access_reach (holder_id, record_id, kind, rung, until, sort_key, via, granted_by_id, granted_at)
    VALUES (sentinel_user(), record_, kind_, 2, until_, sentinel_now(), 'break_glass', sentinel_user(), sentinel_now())
    ON CONFLICT (holder_id, record_id) DO UPDATE
        SET rung = 2, until = EXCLUDED.until, via = 'break_glass', granted_at = EXCLUDED.granted_at;
    INSERT INTO access_breakglass (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                   created_at, created_by_id, version, user_id, agency_id, serious_harm, until,
                                   review_due, outcome, outcome_words)
    VALUES (row_, record_, sentinel_agency(), 'gdpr', 'asb_case_management', 'break_glass', 'fact', 'asb_standard',
            sentinel_now(), sentinel_user(), 1, sentinel_user(), sentinel_agency(), harm_, until_, review_due_, '', '');
    INSERT INTO access_disclosure (id, record_id, origin_agency_id, regime, purpose, source, standing, retention_class,
                                   created_at, created_by_id, version, kind, what, to_agency_id, to_person_id, why,
                                   lawful_basis, wish, decided_by_id, disclosed_at)
    VALUES (gen_random_uuid(), record_, owner_, 'gdpr', 'asb_case_management', 'break_glass', 'fact', 'asb_standard',
            sentinel_now(), sentinel_user(), 1, 'break_glass', 'record, in an emergency', sentinel_agency(),
            sentinel_user(), harm_, 'Serious harm', 'could_not_be_asked', sentinel_user(), sentinel_now());
    RETURN owner_;
END $$;
