"""The database's tables. The files are the truth; these are what the assistant reads."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, MetaData, String, Table

metadata = MetaData()

topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("group_name", String, nullable=False),
    Column("covers", String, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic", String, ForeignKey("topics.id"), nullable=False),
    Column("title", String, nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("answer", String, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("more", String),
    Column("nations", JSON, nullable=False),
    Column("uncertain", String),
    Column("facts", JSON, nullable=False),
    Column("reviewed_by", String),
    Column("reviewed_on", Date),
    Column("review_due", Date, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("answer", String, ForeignKey("answers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("url", String, nullable=False),
    Column("date", String, nullable=False),
    Column("seen", Date, nullable=False),
)

next_answers = Table(
    "next_answers",
    metadata,
    Column("answer", String, ForeignKey("answers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("next", String, ForeignKey("answers.id"), nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("does", String, nullable=False),
    Column("for_whom", String, nullable=False),
    Column("area", String, nullable=False),
    Column("languages", String, nullable=False),
    Column("url", String, nullable=False),
    Column("needs", JSON, nullable=False),
    Column("nations", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    Column("phone", String),
    Column("hours", String),
)

answer_organisations = Table(
    "answer_organisations",
    metadata,
    Column("answer", String, ForeignKey("answers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("organisation", String, ForeignKey("organisations.id"), nullable=False),
)
