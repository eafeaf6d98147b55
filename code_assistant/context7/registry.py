"""What a registry holds under an image's tag now, without pulling it.

Its one rule: nobody is told who asks; the token is the one that a registry gives to everybody.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit

_DOCKER_HUB = "registry-1.docker.io"
_ANSWER_S = 4.0
"""For each of the three requests; the doctor waits for it."""
_MOST_BYTES = 100_000
_FORMS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
)
_CHALLENGE = re.compile(r'(realm|service|scope)="([^"]*)"')


def newest_digest(image: str) -> str | None:
    """The digest (`sha256:...`) under the image's tag; None where the registry does not tell. Blocking.

    https://github.com/opencontainers/distribution-spec/blob/main/spec.md
    """
    place = _manifest(image)
    try:
        return _ask(place, "")
    except urllib.error.HTTPError as error:
        told = dict(_CHALLENGE.findall(error.headers.get("WWW-Authenticate", ""))) if error.code == 401 else {}
    except (OSError, HTTPException, ValueError):
        return None
    try:
        return _ask(place, _token(told)) if told else None
    except (OSError, HTTPException, ValueError):
        return None


def _manifest(image: str) -> str:
    name = image.partition("@")[0]
    first, _, rest = name.partition("/")
    is_host = bool(rest) and ("." in first or ":" in first or first == "localhost")
    host, path = (first, rest) if is_host else (_DOCKER_HUB, name if rest else f"library/{name}")
    repository, _, tag = path.partition(":")
    scheme = "http" if host.partition(":")[0] in ("localhost", "127.0.0.1") else "https"
    return f"{scheme}://{host}/v2/{repository}/manifests/{tag or 'latest'}"


def _ask(place: str, token: str) -> str | None:
    headers = {"Accept": _FORMS, **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(place, method="HEAD", headers=headers)  # noqa: S310 - `_manifest` made the address
    with urllib.request.urlopen(request, timeout=_ANSWER_S) as got:  # noqa: S310 - the same
        digest = got.headers.get("Docker-Content-Digest", "")
    return digest if re.fullmatch(r"sha256:[0-9a-f]{64}", digest) else None


def _token(told: dict[str, str]) -> str:
    """Raises `ValueError` where a registry sends us to something else than a web address."""
    realm = told.pop("realm", "")
    if urlsplit(realm).scheme not in ("https", "http"):
        raise ValueError(realm)
    with urllib.request.urlopen(f"{realm}?{urlencode(told)}", timeout=_ANSWER_S) as got:  # noqa: S310 - looked at above
        answer = json.loads(got.read(_MOST_BYTES))
    return str(answer.get("token") or answer.get("access_token") or "") if isinstance(answer, dict) else ""
