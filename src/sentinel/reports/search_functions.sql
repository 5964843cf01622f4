-- The record behind a report's reference (the report's own, or the case's that it joined), for a caller who may at least
-- know of it; null otherwise.
CREATE OR REPLACE FUNCTION reports_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.record_id FROM reports_report r WHERE r.reference = reference_ AND access_true_rung(r.record_id) >= 1 $$;

-- Whether an id made for a form stands for a record already, whosever it is. A form's id is random: nobody can guess one.
CREATE OR REPLACE FUNCTION reports_record_taken(record_ uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM access_reach r WHERE r.record_id = record_) $$;

-- The references of reports by their ids, and the report behind a reference: for an auditor, who names records and opens none.
CREATE OR REPLACE FUNCTION reports_audited(ids_ uuid[]) RETURNS TABLE (id uuid, reference text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id, r.reference::text FROM reports_report r WHERE sentinel_is_auditor() AND r.id = ANY (ids_) $$;

CREATE OR REPLACE FUNCTION reports_audited_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT r.id FROM reports_report r WHERE sentinel_is_auditor() AND r.reference = reference_ $$;
