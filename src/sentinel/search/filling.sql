-- A database that was in use before there were entries, or whose entries a migration did away with, gets them now. That they are all
-- there is marked on the table, and a migration that empties it takes the mark away: that there are some says nothing, for whatever is written
-- before this was run has its own. The index is made when they are there: a tenth of the time.
DO $$
DECLARE
    one text;
    again text;
BEGIN
    -- Where one room alone was migrated there is nothing to find.
    IF to_regproc('search_rebuild') IS NULL OR obj_description(to_regclass('search_entry'), 'pg_class') = 'filled' THEN
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
    COMMENT ON TABLE search_entry IS 'filled';
END $$;
