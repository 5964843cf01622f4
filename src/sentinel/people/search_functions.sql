-- Which ids are one person follows from the ledger of merges: worked out anew for those that an entry is about.
CREATE OR REPLACE FUNCTION people_rejoin() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
DECLARE
    about uuid[];
BEGIN
    -- One change of the ledger at a time: a whole is never worked out from half of two.
    PERFORM pg_advisory_xact_lock(hashtext('people_merge'));
    IF TG_OP = 'UPDATE' AND OLD.apart_at IS NOT NULL THEN
        RAISE EXCEPTION 'what was taken apart stays in the ledger as it was' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM people_alias a WHERE a.person_id = NEW.first_id AND a.other_id = NEW.second_id) THEN
        RAISE EXCEPTION 'these are one person already' USING ERRCODE = '23505';
    END IF;
    SELECT array_agg(DISTINCT m.id) INTO about
      FROM (SELECT unnest(ARRAY[NEW.first_id, NEW.second_id]) AS id
             UNION ALL SELECT a.other_id FROM people_alias a WHERE a.person_id IN (NEW.first_id, NEW.second_id)) AS m;
    DELETE FROM people_alias a WHERE a.person_id = ANY (about);
    INSERT INTO people_alias (person_id, other_id, since)
    WITH RECURSIVE stands AS (
        SELECT e.first_id, e.second_id, e.merged_at FROM people_merge e
         WHERE e.apart_at IS NULL AND (e.first_id = ANY (about) OR e.second_id = ANY (about))
    ), whole (root, id) AS (
        SELECT m, m FROM unnest(about) AS m
         UNION
        SELECT w.root, CASE WHEN s.first_id = w.id THEN s.second_id ELSE s.first_id END
          FROM whole w JOIN stands s ON w.id IN (s.first_id, s.second_id)
    )
    SELECT w.root, w.id,
           (SELECT max(s.merged_at) FROM stands s JOIN whole x ON x.root = w.root AND x.id = s.first_id)
      FROM whole w WHERE w.id <> w.root;
    RETURN NULL;
END $$;
