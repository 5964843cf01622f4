-- What passes between a case and the copy of a referral that another agency reads. Whoever receives it reaches no row of the
-- case, and whoever works on the case none of the copy; so these few functions change both, and ask again who may.

-- The receiving agency acknowledges a referral, or declines it with a reason: on its copy, on the case, and on the case's
-- timeline. A copy that is declined is emptied: they have no more need of it. False where it has been answered or withdrawn already, or its content was taken back.
CREATE OR REPLACE FUNCTION partnership_answer(sent_ uuid, event_ uuid, acknowledges_ boolean, because_ text, when_ timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    copy record;
    at_ timestamptz := least(when_, sentinel_now());
BEGIN
    SELECT s.referral_id, s.kind, r.record_id, r.audience_id, r.party_id, s.to_agency_id INTO copy
      FROM partnership_sentreferral s JOIN partnership_referral r ON r.id = s.referral_id WHERE s.id = sent_;
    IF NOT FOUND OR access_true_rung(sent_) < 2 OR copy.to_agency_id IS DISTINCT FROM sentinel_agency()
       OR sentinel_user() IS NULL THEN
        RAISE EXCEPTION 'the agency that a referral was sent to answers it' USING ERRCODE = '42501';
    END IF;
    IF NOT acknowledges_ AND btrim(because_) = '' THEN
        RAISE EXCEPTION 'declining takes a reason' USING ERRCODE = '42501';
    END IF;
    UPDATE partnership_referral
       SET acknowledged_at = CASE WHEN acknowledges_ THEN at_ END, declined_at = CASE WHEN acknowledges_ THEN NULL ELSE at_ END,
           declined_because = CASE WHEN acknowledges_ THEN '' ELSE because_ END, answered_by_id = sentinel_user(),
           settled_at = CASE WHEN acknowledges_ THEN at_ END, version = version + 1
     WHERE id = copy.referral_id AND acknowledged_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE partnership_sentreferral
       SET acknowledged_at = CASE WHEN acknowledges_ THEN at_ END, declined_at = CASE WHEN acknowledges_ THEN NULL ELSE at_ END,
           declined_because = CASE WHEN acknowledges_ THEN '' ELSE because_ END, answered_by_id = sentinel_user(),
           answers = CASE WHEN acknowledges_ THEN answers ELSE '{}'::jsonb END, version = version + 1
     WHERE id = sent_;
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at,
                                  recorded_at, agency_id, user_id)
    VALUES (event_, copy.record_id, copy.audience_id,
            CASE WHEN acknowledges_ THEN 'referral_acknowledged' ELSE 'referral_declined' END, 1,
            jsonb_build_object('kind', copy.kind, 'party', copy.party_id, 'agency', copy.to_agency_id), copy.referral_id,
            at_, at_, sentinel_agency(), sentinel_user());
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION partnership_answer(uuid, uuid, boolean, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partnership_answer(uuid, uuid, boolean, text, timestamptz) TO sentinel_app;

-- The agency that acknowledged a referral to Victim First says what came of it: on its copy, on the case, and on the case's timeline. Where
-- they reached nobody it is open again for the lead. False where it was not acknowledged, or was withdrawn meanwhile.
CREATE OR REPLACE FUNCTION partnership_outcome(sent_ uuid, event_ uuid, outcome_ text, tries_ integer, note_ text, when_ timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    copy record;
    failed boolean := outcome_ = 'contact_failed';
    at_ timestamptz := least(when_, sentinel_now());
BEGIN
    SELECT s.referral_id, s.kind, r.record_id, r.audience_id, r.party_id, s.to_agency_id INTO copy
      FROM partnership_sentreferral s JOIN partnership_referral r ON r.id = s.referral_id WHERE s.id = sent_;
    IF NOT FOUND OR access_true_rung(sent_) < 2 OR copy.to_agency_id IS DISTINCT FROM sentinel_agency()
       OR copy.kind <> 'victim_first' OR sentinel_user() IS NULL THEN
        RAISE EXCEPTION 'the agency that a referral was sent to says what came of it' USING ERRCODE = '42501';
    END IF;
    UPDATE partnership_referral
       SET outcome = outcome_, outcome_at = at_, outcome_by_id = sentinel_user(), outcome_tries = CASE WHEN failed THEN tries_ END,
           outcome_note = note_, settled_at = CASE WHEN failed THEN NULL ELSE at_ END, settled_by_id = NULL, settled_because = '',
           version = version + 1
     WHERE id = copy.referral_id AND acknowledged_at IS NOT NULL AND withdrawn_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE partnership_sentreferral
       SET outcome = outcome_, outcome_at = at_, outcome_by_id = sentinel_user(), outcome_tries = CASE WHEN failed THEN tries_ END,
           outcome_note = note_, version = version + 1
     WHERE id = sent_;
    INSERT INTO foundation_event (id, record_id, audience_id, kind, payload_version, payload, subject_id, happened_at,
                                  recorded_at, agency_id, user_id)
    VALUES (event_, copy.record_id, copy.audience_id, 'referral_outcome', 1,
            jsonb_build_object('kind', copy.kind, 'party', copy.party_id, 'agency', copy.to_agency_id, 'outcome', outcome_,
                               'tries', CASE WHEN failed THEN tries_ END), copy.referral_id,
            at_, at_, sentinel_agency(), sentinel_user());
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION partnership_outcome(uuid, uuid, text, integer, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partnership_outcome(uuid, uuid, text, integer, text, timestamptz) TO sentinel_app;

-- Whoever works on the case takes back what was sent: the copy stays, with nothing in it. Called when the referral is withdrawn.
CREATE OR REPLACE FUNCTION partnership_withdraw(referral_ uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM partnership_referral r WHERE r.id = referral_ AND access_true_rung(r.record_id) >= 3
                     AND (r.audience_id IS NULL OR access_true_rung(r.audience_id) >= 2)) THEN
        RAISE EXCEPTION 'whoever works on the case withdraws' USING ERRCODE = '42501';
    END IF;
    UPDATE partnership_sentreferral SET withdrawn_at = sentinel_now(), answers = '{}'::jsonb, version = version + 1
     WHERE referral_id = referral_ AND withdrawn_at IS NULL;
END $$;
REVOKE ALL ON FUNCTION partnership_withdraw(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partnership_withdraw(uuid) TO sentinel_app;

-- Whether who somebody of the case is is kept from whoever asks: it is protected, and they are not one of those who may know.
CREATE OR REPLACE FUNCTION partnership_hides(party_ uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyidentity i ON i.party_id = p.id
                    WHERE p.id = party_ AND p.identity_protected AND access_true_rung(p.record_id) >= 2
                      AND i.audience_id IS NOT NULL AND access_true_rung(i.audience_id) < 2)
$$;
REVOKE ALL ON FUNCTION partnership_hides(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partnership_hides(uuid) TO sentinel_app;

-- The identity of somebody of the case is protected from now on: every copy that says who they are is emptied, and what the
-- case keeps of it goes behind the audience of who may know.
CREATE OR REPLACE FUNCTION partnership_silence(party_ uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases_party p WHERE p.id = party_ AND p.identity_protected
                     AND access_true_rung(p.record_id) >= 3) THEN
        RAISE EXCEPTION 'only who works on the case, of whose identity is protected' USING ERRCODE = '42501';
    END IF;
    -- First, for it waits for whoever is sending one: each statement after it sees the copy that they made. And a form that was
    -- opened before this, with the name in it, is out of date.
    UPDATE partnership_referral SET version = version + 1 WHERE party_id = party_;
    UPDATE partnership_sentreferral SET silenced_at = sentinel_now(), answers = '{}'::jsonb, version = version + 1
     WHERE silenced_at IS NULL AND referral_id IN (SELECT r.id FROM partnership_referral r WHERE r.party_id = party_);
    UPDATE partnership_referralcontent
       SET audience_id = coalesce((SELECT i.audience_id FROM cases_partyidentity i WHERE i.party_id = party_), audience_id),
           version = version + 1
     WHERE referral_id IN (SELECT r.id FROM partnership_referral r WHERE r.party_id = party_);
END $$;
REVOKE ALL ON FUNCTION partnership_silence(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partnership_silence(uuid) TO sentinel_app;
