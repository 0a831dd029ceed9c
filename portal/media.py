"""The one path by which a file leaves: the room that owns it says who may have it."""

from __future__ import annotations

import mimetypes
import posixpath
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.media import may_have

# What a browser may show in the page; all the rest is downloaded.
INLINE_TYPES = ("image/avif", "image/gif", "image/jpeg", "image/png", "image/webp")


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Return the file at `path` below MEDIA_ROOT.

    Raises Http404 when it does not exist or when this person may not have it: alike.
    """
    if posixpath.normpath(path) != path or path.startswith((".", "/")) or "\0" in path:
        raise Http404
    if not may_have(path, request.user, request) or not default_storage.exists(path):
        raise Http404
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
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
