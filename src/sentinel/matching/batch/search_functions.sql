-- How many of the pairs that a run proposed stand in which state, whoever proposed them too, over all agencies: figures alone, for whoever may put records right.
CREATE OR REPLACE FUNCTION batch_outcome(run_ uuid) RETURNS TABLE (state text, many bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT s.state::text, count(*) FROM steward_proposal r JOIN steward_suggestion s ON s.id = r.pair_id WHERE r.run_id = run_ GROUP BY s.state $$;
REVOKE ALL ON FUNCTION batch_outcome(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_outcome(uuid) TO sentinel_app, sentinel_worker;
