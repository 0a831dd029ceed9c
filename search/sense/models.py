"""Vectors, kept by what they say: the same text is never encoded twice."""

from __future__ import annotations

from django.db import models


class SenseVector(models.Model):
    """The sense of a text, for one encoder.

    Half-precision numbers, in the machine's order. Nothing says here whose text it is: rows of the
    index hold its hash (`search.models.Row.sense_hash`).
    """

    encoder = models.CharField(max_length=100)
    text_hash = models.CharField(max_length=64)
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["encoder", "text_hash"], name="search_sense_once"),
        ]

    def __str__(self) -> str:
        return f"{self.encoder} {self.text_hash[:8]}"
