"""Exit 0 when the address given answers 200: the slim image has no curl."""

import sys
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=4) as response:  # noqa: S310
        sys.exit(response.status != 200)
except OSError as error:
    sys.exit(f"{sys.argv[1]}: {error}")
