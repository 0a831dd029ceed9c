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
    if settings.MEDIA_ACCEL_PREFIX:  # there, the proxy compares what the browser has
        answer = _file(path)
    else:
        answer = _unless_known(request, path)
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


def _unless_known(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the file, or 304 when the browser has it as it is.

    Looked at before the file is opened: a response that one closes halfway closes the database too.
    """
    # Once: a storage far away is asked over the network.
    modified = default_storage.get_modified_time(path).timestamp()
    etag = f'"{modified:.6f}-{default_storage.size(path)}"'
    answer = get_conditional_response(request, etag, int(modified)) or _file(path)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(modified)
    return answer
