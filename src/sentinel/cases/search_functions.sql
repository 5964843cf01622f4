-- The record behind a case's or report's reference, for a caller who may at least know of it; null otherwise.
CREATE OR REPLACE FUNCTION cases_record(reference_ text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id FROM cases_case c WHERE c.reference = reference_ AND access_true_rung(c.id) >= 1 $$;
