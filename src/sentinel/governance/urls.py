"""Addresses of the pages on which question sets are kept."""

from __future__ import annotations

from django.urls import URLPattern, path

from sentinel.governance.views import approving, conditions, drafts, local_rules, questions, sets, trying

SET = "question-sets/<slug:key>"
DRAFT = "question-sets/drafts/<uuid:draft>"
QUESTION = f"{DRAFT}/questions/<slug:question>"

urlpatterns: list[URLPattern] = [
    path("question-sets/", sets.every, name="question_sets"),
    path(f"{DRAFT}/", drafts.draft_page, name="draft"),
    path(f"{DRAFT}/heading", drafts.heading, name="draft_heading"),
    path(f"{DRAFT}/bands", drafts.bands, name="draft_bands"),
    path(f"{DRAFT}/sections/<slug:section>", drafts.section_page, name="draft_section"),
    path(f"{DRAFT}/move", drafts.move, name="draft_move"),
    path(f"{DRAFT}/remove", drafts.remove, name="draft_remove"),
    path(QUESTION, questions.question_page, name="draft_question"),
    path(f"{QUESTION}/answers/<slug:option>", questions.option_page, name="draft_option"),
    path(f"{QUESTION}/when/<slug:which>", conditions.condition_page, name="draft_condition"),
    path(f"{QUESTION}/when/<slug:which>/add", conditions.add_part, name="draft_condition_add"),
    path(f"{DRAFT}/preview", trying.preview, name="draft_preview"),
    path(f"{DRAFT}/changes", trying.changes, name="draft_changes"),
    path(f"{DRAFT}/past", trying.past, name="draft_past"),
    path(f"{DRAFT}/propose", approving.propose_page, name="draft_propose"),
    path(f"{DRAFT}/decide", approving.decide, name="draft_decide"),
    path(f"{DRAFT}/send-back", approving.send_back_page, name="draft_send_back"),
    path(f"{DRAFT}/throw-away", approving.throw_away_page, name="draft_throw_away"),
    path(SET, sets.one, name="question_set"),
    path(f"{SET}/version/<int:number>", sets.version_page, name="question_set_version"),
    path(f"{SET}/compare", sets.compare_page, name="question_set_compare"),
    path("local-rules/", local_rules.every, name="local_rules"),
    path("local-rules/<slug:rule>", local_rules.one, name="local_rule"),
    path("local-rules/<slug:rule>/propose", local_rules.propose, name="local_rule_propose"),
    path("local-rules/<slug:rule>/decide", local_rules.decide, name="local_rule_decide"),
    path(f"{SET}/begin", sets.begin, name="draft_begin"),
]
