"""A request that may write is all or nothing."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import Epci
from portal.transactions import UnsafeRequestsAtomicMiddleware


def _writing(status):
    def view(request):
        Epci.objects.create(siren="123456789", name="Essai", kind="CC")
        return HttpResponse(status=status)

    return UnsafeRequestsAtomicMiddleware(view)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (404, 1), (500, 0)])
def test_a_post_that_fails_leaves_nothing(status, kept):
    _writing(status)(RequestFactory().post("/"))
    assert Epci.objects.count() == kept


@pytest.mark.django_db(transaction=True)
def test_reading_opens_no_transaction():
    seen = []
    UnsafeRequestsAtomicMiddleware(
        lambda request: seen.append(connection.in_atomic_block) or HttpResponse()
    )(RequestFactory().get("/"))
    assert seen == [False]
