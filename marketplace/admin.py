"""What /plateforme/ shows of this room: importing the modules registers their models."""

from marketplace.booking import admin as booking
from marketplace.catalogue import admin as catalogue
from marketplace.catalogue.charters import admin as charters
from marketplace.catalogue.protection import admin as protection
from marketplace.exchanges import admin as exchanges
from marketplace.exchanges.closing import admin as closing
from marketplace.exchanges.consents import admin as consents
from marketplace.exchanges.following import admin as following
from marketplace.exchanges.handover import admin as handover
from marketplace.exchanges.insurance import admin as insurance
from marketplace.exchanges.interrupting import admin as interrupting
from marketplace.exchanges.mediation import admin as mediation
from marketplace.exchanges.recording import admin as recording
from marketplace.exchanges.series import admin as series
from marketplace.feeds import admin as feeds
from marketplace.insight import admin as insight
from marketplace.recognition import admin as recognition
from marketplace.reports import admin as reports

__all__ = [
    "booking",
    "catalogue",
    "charters",
    "closing",
    "consents",
    "exchanges",
    "feeds",
    "following",
    "handover",
    "insight",
    "insurance",
    "interrupting",
    "mediation",
    "protection",
    "recognition",
    "recording",
    "reports",
    "series",
]
