"""What real models are asked, in all nine languages: small jobs, each with the name that the code must have.

The rule: the name is asked for in the request itself, so that an answer about something else is not counted as usable.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RealRequest:
    """One request, and the name that a usable answer holds."""

    language: str
    name: str
    request: str


REQUESTS = (
    RealRequest("python", "slugify", "A function slugify that turns a title into a URL slug"),
    RealRequest("javascript", "debounce", "A function debounce that delays calls of a callback until it was quiet"),
    RealRequest("typescript", "groupBy", "A function groupBy that groups an array of objects by a key"),
    RealRequest("java", "Temperature", "A class Temperature with conversions between Celsius and Fahrenheit"),
    RealRequest("go", "ReadLines", "A function ReadLines that returns the lines of a text file"),
    RealRequest("rust", "word_count", "A function word_count that counts how often each word occurs in a text"),
    RealRequest("sql", "orders", "Tables customers and orders, and a query for the total amount of orders a customer"),
    RealRequest("html", "form", "A page with a contact form: name, e-mail address, message and a button to send it"),
    RealRequest("css", ".card", "A card component .card with an image, a title and a text that works on small screens"),
    RealRequest("python", "load_config", "A function load_config that reads a JSON file and returns its settings"),
    RealRequest("python", "Stack", "A class Stack with push, pop and peek that raises an error when it is empty"),
    RealRequest(
        "javascript", "fetchUser", "An async function fetchUser that loads a user from an API and handles errors"
    ),
    RealRequest(
        "typescript", "parseDate", "A function parseDate that parses an ISO date and returns null if it is invalid"
    ),
    RealRequest("java", "WordCounter", "A class WordCounter that counts the words in a file"),
    RealRequest("go", "Reverse", "A function Reverse that reverses a string with Unicode characters"),
    RealRequest("rust", "fibonacci", "A function fibonacci that returns the first n Fibonacci numbers"),
    RealRequest("sql", "employees", "A query for the three highest paid employees of each department"),
    RealRequest("html", "table", "A page with a price table of three plans"),
    RealRequest("css", ".navbar", "A navigation bar .navbar that becomes a column on phones"),
    RealRequest(
        "python", "is_valid_email", "A function is_valid_email that checks an e-mail address with a regular expression"
    ),
    RealRequest("javascript", "memoize", "A function memoize that caches the results of a function by its arguments"),
)
"""The first nine are one for each language, for short measurements."""
