"""The one path by which a file leaves: the room that owns it says who may have it."""

from __future__ import annotations

import mimetypes
import posixpath
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from accounts.media import may_have

# What a browser may show in the page; all the rest is downloaded.
INLINE_TYPES = ("image/avif", "image/gif", "image/jpeg", "image/png", "image/webp")


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the file at `path` below MEDIA_ROOT.

    Raises Http404 when it does not exist or when this person may not have it: alike.
    """
    if posixpath.normpath(path) != path or path.startswith((".", "/")) or "\0" in path:
        raise Http404
    for_everybody = may_have(path, AnonymousUser(), request)
    if not for_everybody and not may_have(path, request.user, request):
        raise Http404
    if not default_storage.exists(path):
        raise Http404
    answer = _not_modified(request, path) or _file(path)
    if not settings.MEDIA_ACCEL_PREFIX:
        answer["ETag"], answer["Last-Modified"] = _etag(path), http_date(_modified(path))
    # What is not for everybody is asked of us again each time: the next person at this browser may
    # not have it, nor may the same one tomorrow. Of "not modified" too: its headers take the place
    # of those that the browser has kept.
    answer["Cache-Control"] = "private, max-age=3600" if for_everybody else "private, no-cache"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _file(path: str) -> HttpResponseBase:
    """Return the file, or what has the proxy send it."""
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response: HttpResponse | FileResponse
    if settings.MEDIA_ACCEL_PREFIX:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL_PREFIX}/{quote(path)}"
    else:
        response = FileResponse(default_storage.open(path), content_type=content_type)
    if content_type not in INLINE_TYPES:
        name = quote(posixpath.basename(path))
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _not_modified(request: HttpRequest, path: str) -> HttpResponseBase | None:
    """Return 304 when the browser has the file as it is; None when it is to be sent.

    Looked at before the file is opened: a response that one closes halfway closes the database too.
    Behind a proxy, the proxy compares what the browser has.
    """
    if settings.MEDIA_ACCEL_PREFIX:
        return None
    return get_conditional_response(request, _etag(path), int(_modified(path)))


def _etag(path: str) -> str:
    return f'"{_modified(path):.6f}-{default_storage.size(path)}"'


def _modified(path: str) -> float:
    """Return when the file was last written, in seconds since the epoch."""
    return default_storage.get_modified_time(path).timestamp()
