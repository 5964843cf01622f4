-- Who wrote a revision, and what it says, is written by the database and not by whoever sends it: approval rests on both.
-- A draft that is proposed, released or thrown away takes no more of them, so that what was seen is what is released.
CREATE OR REPLACE FUNCTION governance_revision() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM governance_questionsetdraft d WHERE d.id = NEW.draft_id AND d.state = 'open') THEN
        RAISE EXCEPTION 'only an open draft is written to' USING ERRCODE = '42501';
    END IF;
    NEW.made_by_id := sentinel_user();
    NEW.fingerprint := encode(sha256(convert_to(NEW.definition::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER revision_is_signed BEFORE INSERT ON governance_questionsetrevision
    FOR EACH ROW EXECUTE FUNCTION governance_revision();

-- The one way by which the application's role makes a version of a question set. It asks everything again: a governance
-- officer who wrote none of it and did not propose it, exactly the content and the day that they saw, from today or later, and not
-- before a version that is planned already. Returns the number of the new version.
DROP FUNCTION IF EXISTS governance_release(uuid, text, uuid);
CREATE OR REPLACE FUNCTION governance_release(draft_ uuid, seen_ text, seen_from_ date, version_ uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    draft governance_questionsetdraft;
    written governance_questionsetrevision;
    today date := (sentinel_now() AT TIME ZONE 'Europe/London')::date;
    last_number integer;
    last_from date;
    said jsonb;
BEGIN
    SELECT * INTO draft FROM governance_questionsetdraft d WHERE d.id = draft_ FOR UPDATE;
    IF NOT FOUND OR draft.state <> 'proposed' THEN
        RAISE EXCEPTION 'only what was proposed is released' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO written FROM governance_questionsetrevision r WHERE r.draft_id = draft_ ORDER BY r.number DESC LIMIT 1;
    IF NOT EXISTS (SELECT 1 FROM accounts_roleheld h
                    WHERE h.user_id = sentinel_user() AND h.role = 'governance_officer' AND h.until IS NULL) THEN
        RAISE EXCEPTION 'a governance officer approves' USING ERRCODE = '42501';
    END IF;
    IF draft.proposed_by_id = sentinel_user() OR draft.begun_by_id = sentinel_user()
       OR EXISTS (SELECT 1 FROM governance_questionsetrevision r
                   WHERE r.draft_id = draft_ AND r.made_by_id = sentinel_user()) THEN
        RAISE EXCEPTION 'nobody approves what they wrote or proposed' USING ERRCODE = '42501';
    END IF;
    IF written.fingerprint IS DISTINCT FROM seen_ OR draft.release_from IS DISTINCT FROM seen_from_ THEN
        RAISE EXCEPTION 'what is released is what was seen' USING ERRCODE = '42501';
    END IF;
    IF draft.release_from < today THEN
        RAISE EXCEPTION 'nothing is released in the past' USING ERRCODE = '42501';
    END IF;
    IF draft.release_from > today + 366 THEN
        RAISE EXCEPTION 'nothing is planned for more than a year ahead' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('question set ' || draft.key));
    SELECT max(v.number), max(v.released_from) INTO last_number, last_from
      FROM questionnaires_questionsetversion v WHERE v.key = draft.key;
    IF draft.release_from < last_from THEN
        RAISE EXCEPTION 'a version that is planned already comes first' USING ERRCODE = '42501';
    END IF;
    said := written.definition || jsonb_build_object(
        'key', draft.key, 'version', last_number + 1, 'status', 'released', 'confirmed', true,
        'released_from', to_char(draft.release_from, 'YYYY-MM-DD'));
    INSERT INTO questionnaires_questionsetversion
           (id, key, number, title, subject, definition, content_hash, source, confirmed, released_from, approved_by_id, approved_at)
    VALUES (version_, draft.key, last_number + 1, said ->> 'title', said ->> 'subject', said,
            encode(sha256(convert_to(said::text, 'UTF8')), 'hex'), said ->> 'source', true, draft.release_from,
            sentinel_user(), sentinel_now());
    UPDATE governance_questionsetdraft
       SET state = 'released', released_as_id = version_, decided_by_id = sentinel_user(), decided_at = sentinel_now()
     WHERE id = draft_;
    RETURN last_number + 1;
END $$;
REVOKE ALL ON FUNCTION governance_release(uuid, text, date, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION governance_release(uuid, text, date, uuid) TO sentinel_app;

-- Of a local rule's proposal likewise: who made it and what it says stands fast from the beginning.
CREATE OR REPLACE FUNCTION governance_proposal() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp
    AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.proposed_by_id := sentinel_user();
        NEW.fingerprint := encode(sha256(convert_to(
            jsonb_build_array(NEW.name, NEW.content, NEW.source, NEW.effective_from)::text, 'UTF8')), 'hex');
        NEW.state := 'proposed';
    ELSIF (NEW.name, NEW.content, NEW.source, NEW.effective_from, NEW.fingerprint, NEW.proposed_by_id)
          IS DISTINCT FROM (OLD.name, OLD.content, OLD.source, OLD.effective_from, OLD.fingerprint, OLD.proposed_by_id)
          OR OLD.state <> 'proposed' THEN
        RAISE EXCEPTION 'a proposal is decided and not changed' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER proposal_is_signed BEFORE INSERT OR UPDATE ON governance_localruleproposal
    FOR EACH ROW EXECUTE FUNCTION governance_proposal();

-- The one way by which the application's role makes a local rule: the partnership's, by a governance officer who did not
-- propose it, exactly as seen, from tomorrow at the earliest (what holds today has been counted with) and after all others.
CREATE OR REPLACE FUNCTION governance_release_rule(proposal_ uuid, seen_ text, rule_ uuid) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    proposal governance_localruleproposal;
    today date := (sentinel_now() AT TIME ZONE 'Europe/London')::date;
    said jsonb;
BEGIN
    SELECT * INTO proposal FROM governance_localruleproposal p WHERE p.id = proposal_ FOR UPDATE;
    IF NOT FOUND OR proposal.state <> 'proposed' THEN
        RAISE EXCEPTION 'only what was proposed is released' USING ERRCODE = '42501';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM accounts_roleheld h
                    WHERE h.user_id = sentinel_user() AND h.role = 'governance_officer' AND h.until IS NULL) THEN
        RAISE EXCEPTION 'a governance officer approves' USING ERRCODE = '42501';
    END IF;
    IF proposal.proposed_by_id = sentinel_user() THEN
        RAISE EXCEPTION 'nobody approves what they wrote or proposed' USING ERRCODE = '42501';
    END IF;
    IF proposal.fingerprint IS DISTINCT FROM seen_ THEN
        RAISE EXCEPTION 'what is released is what was seen' USING ERRCODE = '42501';
    END IF;
    IF proposal.effective_from <= today THEN
        RAISE EXCEPTION 'a rule holds from tomorrow at the earliest' USING ERRCODE = '42501';
    END IF;
    IF proposal.effective_from > today + 366 THEN
        RAISE EXCEPTION 'nothing is planned for more than a year ahead' USING ERRCODE = '42501';
    END IF;
    IF EXISTS (SELECT 1 FROM questionnaires_localrule r WHERE r.name = proposal.name AND r.agency_id IS NULL
                AND r.effective_from >= proposal.effective_from) THEN
        RAISE EXCEPTION 'a rule that is planned already comes first' USING ERRCODE = '42501';
    END IF;
    said := proposal.content || jsonb_build_object('source', proposal.source, 'confirmed', true,
                                                   'effective_from', to_char(proposal.effective_from, 'YYYY-MM-DD'));
    INSERT INTO questionnaires_localrule
           (id, name, agency_id, content, source, confirmed, effective_from, content_hash, approved_by_id, approved_at)
    VALUES (rule_, proposal.name, NULL, said, proposal.source, true, proposal.effective_from,
            encode(sha256(convert_to(said::text, 'UTF8')), 'hex'), sentinel_user(), sentinel_now());
    UPDATE governance_localruleproposal
       SET state = 'released', decided_by_id = sentinel_user(), decided_at = sentinel_now() WHERE id = proposal_;
    RETURN proposal.effective_from;
END $$;
REVOKE ALL ON FUNCTION governance_release_rule(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION governance_release_rule(uuid, text, uuid) TO sentinel_app;
