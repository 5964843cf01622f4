-- Whatever changes a question set or a local rule gives the reference data another edition, so that no process goes on with what it
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
-- Which lines of a rule hold for an agency follows from its kind.
CREATE OR REPLACE TRIGGER another_edition AFTER UPDATE OF kind ON accounts_agency
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION questionnaires_another_edition();
INSERT INTO foundation_edition (id, edition) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET edition = EXCLUDED.edition;
