-- What the functions of search_functions.sql may change: the answers to a referral, the copy of it, and one line of a timeline.
GRANT UPDATE ON partnership_referral, partnership_sentreferral, partnership_referralcontent TO sentinel_search;
GRANT INSERT ON foundation_event TO sentinel_search;
DROP POLICY IF EXISTS search_inserts ON foundation_event;
CREATE POLICY search_inserts ON foundation_event FOR INSERT TO sentinel_search WITH CHECK (true);
-- Nobody changes what they were sent, nor what they sent: only the functions do.
REVOKE UPDATE ON partnership_sentreferral FROM sentinel_app;
