"""What this room says happened; sent by its rules, inside the transaction of the change."""

from django.dispatch import Signal

# listing_ids: list[int] (anything a reader may see or search by changed, or they came or went)
listings_changed = Signal()
# listing: Listing, actor: User, reason: str (its moderation took it off)
listing_withdrawn = Signal()
# listing: Listing (who answers for it archived it, or left: nothing more is offered from it)
listing_archived = Signal()
# exchange_ids: list[int]
exchanges_changed = Signal()
# offer: StoryOffer (one side of an exchange would tell it)
story_offered = Signal()
# page_ids: list[int] (whoever gave the words of these drafts took them back)
story_offers_erased = Signal()
# resource: Resource (something of it may be had that could not before)
calendar_freed = Signal()
# slot: Slot (there are more places than before: who waits may have one)
places_added = Signal()
# listing: Listing (it has just got its calendar; what was agreed before has no place in it yet)
calendar_given = Signal()
# exchange: Exchange (it stopped before its time, or a mediation ended it: what was done until then
# may still be to be recorded)
exchange_stopped = Signal()
