"""How a rule says no: with the sentence that the person reads."""


class Refused(Exception):
    """The rule refuses; `str()` is a French sentence that says why and how to mend it."""


class Overtaken(Refused):
    """Someone else was faster: what one wanted to change has changed in the meantime."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence
            or "Quelqu’un d’autre vient d’agir avant vous. Rechargez la page pour voir la suite."
        )
