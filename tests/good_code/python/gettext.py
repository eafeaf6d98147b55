"""A greeting in every language."""

import gettext
import locale
import sys

gettext.install("greeting", names=["ngettext"])


def greet(name: str, count: int) -> str:
    """Greet somebody."""
    first = _("Hello, %(name)s") % {"name": name}
    second = ngettext("one message", "%d messages", count)
    return f"{first}: {second}"


def main() -> int:
    """Greet the user."""
    locale.setlocale(locale.LC_ALL, "")
    print(greet(sys.argv[1] if len(sys.argv) > 1 else "you", len(sys.argv)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
