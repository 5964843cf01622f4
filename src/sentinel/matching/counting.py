"""Counts how common names are among all the people known, for the weight of sharing one. Runs as the worker; no person is told of."""

from __future__ import annotations

from django.db import connection

# A name that fewer people have is not listed: rare is rare, and nobody is picked out.
FEWEST = 20
COUNT = """
WITH words AS (
    SELECT DISTINCT n.person_id, w.part, w.word FROM people_personname n
     CROSS JOIN LATERAL (
        SELECT 'family' AS part, unnest(string_to_array(split_part(n.sort_name, '  ', 1), ' ')) AS word
        UNION ALL SELECT 'given', unnest(string_to_array(split_part(n.sort_name, '  ', 2), ' '))) w
     WHERE w.word <> '' AND length(w.word) <= 80
), people AS (SELECT greatest(count(DISTINCT person_id), 1)::float AS number FROM people_personname)
INSERT INTO matching_commonness (part, value, share)
SELECT w.part, w.word, count(*) / p.number FROM words w CROSS JOIN people p GROUP BY w.part, w.word, p.number
HAVING count(*) >= %s
UNION ALL SELECT '', '', %s / p.number FROM people p WHERE p.number >= %s
"""
# Of fewer people nothing is known of how common a name is.
ENOUGH = 2_000


def count_names() -> int:
    """Count anew. Returns how many names are listed. Must be called as the worker, inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_commonness")
        cursor.execute(COUNT, [FEWEST, FEWEST / 2, ENOUGH])
        return int(cursor.rowcount)
