-- Whatever changes a question set, a local rule, an agency, a team or an agreement gives the reference data another edition, so that no process goes on with what it
-- keeps in memory (foundation/reference.py). The number is never used twice, not even after a roll-back.
CREATE OR REPLACE FUNCTION questionnaires_another_edition() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
BEGIN
    INSERT INTO foundation_edition (id, edition) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET edition = EXCLUDED.edition;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON questionnaires_questionsetversion
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON questionnaires_localrule
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
-- Which lines of a rule hold for an agency follows from its kind; and what every report asks for is kept like the rules: the
-- agency with its teams, and its agreements.
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_agency
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_team
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON access_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
-- In which district an agency works, and where that is: distances are measured from its middle.
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_agencyarea
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON accounts_area
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
CREATE OR REPLACE TRIGGER another_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_boundary
    FOR EACH STATEMENT EXECUTE FUNCTION questionnaires_another_edition();
INSERT INTO foundation_edition (id, edition) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET edition = EXCLUDED.edition;
