-- The record behind a case's or report's reference, for a caller who may at least know of it; null otherwise.
CREATE OR REPLACE FUNCTION cases_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id FROM cases_case c WHERE c.reference = reference_ AND access_true_rung(c.id) >= 1 $$;

-- Every row of one record becomes a row of a case; `from_` is a report's record and never a case's or an audience's.
CREATE OR REPLACE FUNCTION cases_rehome(from_ uuid, case_ uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    one text;
    found boolean;
    moved integer;
    total integer := 0;
BEGIN
    IF access_true_rung(from_) < 3 OR access_true_rung(case_) < 3 THEN
        RAISE EXCEPTION 'only who writes both records joins them' USING ERRCODE = '42501';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM cases_case WHERE id = case_) OR EXISTS (SELECT 1 FROM cases_case WHERE id = from_) THEN
        RAISE EXCEPTION 'a report joins a case' USING ERRCODE = '22023';
    END IF;
    FOR one IN SELECT cases_record_tables() LOOP
        -- Asked first: an update of nothing would still run the history trigger.
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE record_id = $1)', one) INTO found USING from_;
        CONTINUE WHEN NOT found;
        IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = one::regclass AND attname = 'case_id' AND NOT attisdropped) THEN
            EXECUTE format('UPDATE %I SET record_id = $2, case_id = $2 WHERE record_id = $1', one) USING from_, case_;
        ELSE
            EXECUTE format('UPDATE %I SET record_id = $2 WHERE record_id = $1', one) USING from_, case_;
        END IF;
        GET DIAGNOSTICS moved = ROW_COUNT;
        total := total + moved;
    END LOOP;
    RETURN total;
END $$;

-- An offered ownership is taken by the agency that it was offered to: it becomes the owner, and the former owner writes.
CREATE OR REPLACE FUNCTION cases_take_ownership(handover_ uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    offer record;
BEGIN
    SELECT h.case_id, h.to_agency_id, c.owner_agency_id INTO offer
      FROM cases_handover h JOIN cases_case c ON c.id = h.case_id
     WHERE h.id = handover_ AND h.what = 'ownership' AND h.accepted_at IS NULL AND h.declined_at IS NULL;
    IF NOT FOUND OR NOT offer.to_agency_id = ANY (sentinel_holders()) OR access_true_rung(offer.case_id) < 3 THEN
        RAISE EXCEPTION 'only what was offered can be taken' USING ERRCODE = '42501';
    END IF;
    UPDATE access_reach SET rung = 3, via = 'handed_over' WHERE record_id = offer.case_id AND rung = 4;
    UPDATE access_reach SET rung = 4, until = NULL, via = 'handed_over', granted_by_id = sentinel_user(), granted_at = sentinel_now()
     WHERE record_id = offer.case_id AND holder_id = offer.to_agency_id;
END $$;

-- The references of cases by their ids, and the case behind a reference: for an auditor, who names records and opens none.
CREATE OR REPLACE FUNCTION cases_audited(ids_ uuid[]) RETURNS TABLE (id uuid, reference text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id, r.reference::text FROM cases_case r WHERE sentinel_is_auditor() AND r.id = ANY (ids_) $$;

CREATE OR REPLACE FUNCTION cases_audited_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id FROM cases_case r WHERE sentinel_is_auditor() AND r.reference = reference_ $$;

-- The people of a record by number, with their parts and never their names; and the parts that a person has: for an
-- auditor, who asks who has read of somebody and may not know who that is. An id that is one person with theirs counts as a part.
CREATE OR REPLACE FUNCTION cases_audited_people(record_ uuid)
    RETURNS TABLE (party_id uuid, person_id uuid, roles text[], protected boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT p.id, i.person_id,
                 ARRAY(SELECT DISTINCT r.role::text FROM cases_partyrole r WHERE r.party_id = p.id AND r.until IS NULL ORDER BY 1),
                 p.identity_protected
            FROM cases_party p LEFT JOIN cases_partyidentity i ON i.party_id = p.id
           WHERE sentinel_is_auditor() AND p.record_id = record_
           ORDER BY p.created_at, p.id $$;

CREATE OR REPLACE FUNCTION cases_audited_parts(person_ uuid) RETURNS TABLE (party_id uuid, record_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH whole AS (
        SELECT i.person_id, i.party_id, i.record_id FROM cases_partyidentity i
         WHERE sentinel_is_auditor()
           AND i.person_id = ANY (person_ || ARRAY(SELECT a.other_id FROM people_alias a WHERE a.person_id = person_)))
    SELECT w.party_id, w.record_id FROM whole w
     UNION ALL SELECT w.person_id, w.record_id FROM whole w WHERE w.person_id <> person_ $$;

-- On which shelf of the lists a case stands (cases/rules.py works out the same), kept in access_reach as it changes, so
-- that a list filtered by status, band and category walks only what it shows. Held here, by triggers, because whoever
-- changes a case cannot see the reach of others.
CREATE OR REPLACE FUNCTION cases_shelf(status_ text, band_ integer, category_ text, unassessed_ integer) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT (1 + (((array_position(ARRAY['new', 'assessed', 'active', 'monitoring', 'closing', 'closed'], status_) - 1) * 4
                        + band_) * 3 + array_position(ARRAY['personal', 'nuisance', 'environmental'], category_) - 1) * 2
                  + (unassessed_ > 0)::integer)::smallint $$;

CREATE OR REPLACE FUNCTION cases_shelve() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    UPDATE access_reach SET shelf = cases_shelf(NEW.status, NEW.highest_band, NEW.category, NEW.unassessed)
     WHERE record_id = NEW.id
       AND shelf IS DISTINCT FROM cases_shelf(NEW.status, NEW.highest_band, NEW.category, NEW.unassessed);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION cases_shelve_reach() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    NEW.shelf := COALESCE((SELECT cases_shelf(c.status, c.highest_band, c.category, c.unassessed)
                             FROM cases_case c WHERE c.id = NEW.record_id), 0);
    RETURN NEW;
END $$;
