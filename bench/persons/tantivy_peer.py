"""Tantivy's fuzzy search over the same persons, in an environment of its own (bench/people-requirements.txt).

Reads the persons as tab-separated lines from a file, then the questions from standard input as one JSON list; answers with the times in
milliseconds and how many found whom they meant among the first ten. No policy holds it: it answers whoever asks.
"""

import json
import sys
import time
from typing import Any

import tantivy  # type: ignore[import-not-found, unused-ignore]

FIELDS = ("name", "born", "year", "postcode", "phone", "email")


def build(path: str) -> tuple[Any, Any, float]:
    """An index in memory of every person, and the seconds it took."""
    begun = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True)
    builder.add_text_field("name", stored=False)
    for one in FIELDS[1:]:
        builder.add_text_field(one, stored=False, tokenizer_name="raw")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(512_000_000)
    with open(path, encoding="utf-8") as file:
        for line in file:
            number, *values = line.rstrip("\n").split("\t")
            document = tantivy.Document(number=int(number))
            for name, value in zip(FIELDS, values, strict=True):
                for part in value.split("|"):
                    if part:
                        document.add_text(name, part)
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index, schema, time.perf_counter() - begun


def ask(index: Any, schema: Any, question: dict[str, Any]) -> bool:
    """Whether the person meant is among the first ten: words within one letter of the name, everything else exactly."""
    query, occur = tantivy.Query, tantivy.Occur
    parts = [
        (occur.Should, query.fuzzy_term_query(schema, "name", word, distance=1, transposition_cost_one=True))
        for word in question["name"].lower().split()
    ]
    parts += [
        (occur.Should, query.term_query(schema, "name", word)) for word in question["name"].lower().split()
    ]
    parts += [
        (occur.Should, query.term_query(schema, one, question[one])) for one in FIELDS[1:] if question[one]
    ]
    searcher = index.searcher()
    hits = searcher.search(query.boolean_query(parts), 10, count=False).hits
    return any(searcher.doc(address)["number"][0] == question["number"] for _, address in hits)


def main() -> None:
    """Index, answer, print."""
    index, schema, seconds = build(sys.argv[1])
    questions = json.load(sys.stdin)
    times, top = [], 0
    for question in questions:
        begun = time.perf_counter()
        top += ask(index, schema, question)
        times.append((time.perf_counter() - begun) * 1000)
    print(json.dumps({"seconds": seconds, "times": times, "top": top, "asked": len(questions)}))


if __name__ == "__main__":
    main()
