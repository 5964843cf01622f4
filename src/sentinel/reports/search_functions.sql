-- Whether somebody is done with a report. One that was signposted is not: it stays ours until the other has acknowledged it. One in a case
-- goes on as the case does.
CREATE OR REPLACE FUNCTION reports_is_over(state_ text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT state_ = 'not_taken_forward' $$;

-- The record behind a report's reference (the report's own, or the case's that it joined), for a caller who may at least
-- know of it; null otherwise.
CREATE OR REPLACE FUNCTION reports_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.record_id FROM reports_report r WHERE r.reference = reference_ AND access_true_rung(r.record_id) >= 1 $$;

-- Whether an id made for a form stands for a record already, whosever it is. A form's id is random: nobody can guess one.
CREATE OR REPLACE FUNCTION reports_record_taken(record_ uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = record_) $$;

-- Let one transaction at a time work on what one form sent, and say what there is of it already, whosever it is: a report, a draft.
-- Each statement in here sees what was committed while the first one waited. A form's id is random: nobody can guess one.
CREATE OR REPLACE FUNCTION reports_begin(submission_ uuid, OUT is_report boolean, OUT has_draft boolean)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(submission_::text, 0));
    SELECT EXISTS (SELECT 1 FROM reports_report r WHERE r.submission = submission_),
           EXISTS (SELECT 1 FROM reports_draft d WHERE d.id = submission_)
      INTO is_report, has_draft;
END $$;

-- The references of reports by their ids, and the report behind a reference: for an auditor, who names records and opens none.
CREATE OR REPLACE FUNCTION reports_audited(ids_ uuid[]) RETURNS TABLE (id uuid, reference text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id, r.reference::text FROM reports_report r WHERE sentinel_is_auditor() AND r.id = ANY (ids_) $$;

CREATE OR REPLACE FUNCTION reports_audited_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id FROM reports_report r WHERE sentinel_is_auditor() AND r.reference = reference_ $$;
