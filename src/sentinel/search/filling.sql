-- A database that was in use before there were entries gets them now. The index is made when they are there: a tenth of the time.
DO $$
DECLARE
    one text;
    again text;
BEGIN
    -- Where one room alone was migrated there is nothing to find.
    IF to_regproc('search_is_unfilled') IS NULL THEN
        RETURN;
    END IF;
    IF NOT search_is_unfilled() THEN
        RETURN;
    END IF;
    again := pg_get_indexdef('search_entry_found'::regclass);
    DROP INDEX search_entry_found;
    FOREACH one IN ARRAY ARRAY['people_personname', 'people_contactpoint', 'people_identifier', 'cases_case', 'cases_incident',
                               'reports_report', 'cases_note', 'cases_action', 'cases_attachment', 'cases_externalreference',
                               'cases_party'] LOOP
        RAISE NOTICE 'What can be found: % rows of %', search_rebuild(one), one;
    END LOOP;
    RAISE NOTICE 'What can be found: the index';
    -- As they would have come day by day, so that what the index lists of a time lies together.
    CREATE INDEX search_entry_at ON search_entry (at);
    CLUSTER search_entry USING search_entry_at;
    DROP INDEX search_entry_at;
    EXECUTE again;
END $$;
