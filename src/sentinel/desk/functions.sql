-- The number beside My work: how many things cannot wait, of those whom the row policies let see them. As whoever asks, and by plans that
-- are kept: to plan these statements anew, policies and all, took ten times as long as to answer them, on every page.
--
-- `open_` are the states of a case that is open. `markers_`: who answers markers counts those, and no cases. `lowers_` and `decides_` are the
-- team and agency for which somebody looks after markers and decides on referrals, null where they do not. `safeguarding_` are the kinds
-- of referral that go without consent, `kinds_` those that somebody receives for `agency_`.
CREATE OR REPLACE FUNCTION desk_waiting(
    user_ uuid, open_ text[], markers_ boolean, lowers_team uuid, lowers_agency uuid, decides_team uuid, decides_agency uuid,
    safeguarding_ text[], agency_ uuid, kinds_ text[])
    RETURNS bigint
    LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
    AS $$
DECLARE
    total bigint := 0;
    more bigint;
BEGIN
    IF markers_ THEN
        -- What the control room has to answer late, to take off or to look at again.
        SELECT count(*) INTO total FROM risk_marker
         WHERE state = 'ending' OR (state = 'proposed' AND answer_due < sentinel_now())
            OR (state = 'accepted' AND (review_asked_at IS NOT NULL
                                        OR review_on < (sentinel_now() AT TIME ZONE 'Europe/London')::date));
    ELSE
        -- Victims, and cases without one, that are unassessed (put off or not), and cases in which a victim ought to have been told by now.
        SELECT COALESCE(sum(unassessed), 0) + count(*) FILTER (WHERE next_due < sentinel_now()) INTO total
          FROM cases_case WHERE lead_id = user_ AND status = ANY (open_);
        SELECT count(*) INTO more FROM cases_action WHERE user_id = user_ AND settled_at IS NULL AND due < sentinel_now();
        total := total + more;
        -- Markers that the control room refused or has not answered in time, as desk.work.own asks for them.
        SELECT count(*) INTO more FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
         WHERE (m.state = 'refused' OR (m.state = 'proposed' AND m.answer_due <= sentinel_now())) AND h.ended_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM risk_marker n WHERE n.high_risk_id = h.id AND n.proposed_at > m.proposed_at)
           AND c.status = ANY (open_)
           AND (c.lead_id = user_ OR c.team_id = lowers_team OR (c.team_id IS NULL AND c.owner_agency_id = lowers_agency));
        total := total + more;
    END IF;
    -- Referrals that are late, as desk.work.own tells them: to be sent, rung about or decided on, or of whom they reached nobody.
    SELECT count(*) INTO more FROM partnership_referral r JOIN cases_case c ON c.id = r.case_id
     WHERE r.settled_at IS NULL AND c.status = ANY (open_)
       AND CASE WHEN r.wish = 'objects' AND r.asked_at IS NOT NULL AND r.decided_at IS NULL
                THEN c.team_id = decides_team OR (c.team_id IS NULL AND c.owner_agency_id = decides_agency) ELSE c.lead_id = user_ END
       AND CASE WHEN r.acknowledged_at IS NOT NULL THEN true WHEN r.sent_at IS NOT NULL AND r.declined_at IS NULL
                THEN r.due_at < sentinel_now() ELSE r.kind = ANY (safeguarding_) END;
    total := total + more;
    -- Those received and not answered in time.
    SELECT count(*) INTO more FROM partnership_sentreferral s
     WHERE s.to_agency_id = agency_ AND s.kind = ANY (kinds_) AND s.due_at < sentinel_now() AND s.acknowledged_at IS NULL
       AND s.declined_at IS NULL AND s.withdrawn_at IS NULL;
    total := total + more;
    -- High risk that one is to acknowledge, as risk.high.queries.to_acknowledge says.
    SELECT count(*) INTO more FROM risk_toldofhighrisk t JOIN risk_highrisk h ON h.id = t.high_risk_id
     WHERE t.user_id = user_ AND t.acknowledged_at IS NULL AND h.ended_at IS NULL
       AND (t.passed_on_at IS NULL OR NOT EXISTS (
            SELECT 1 FROM risk_toldofhighrisk o WHERE o.high_risk_id = t.high_risk_id AND o.acknowledged_at IS NOT NULL
               AND (o.role = t.role OR o.step > t.step)));
    RETURN total + more;
END $$;
