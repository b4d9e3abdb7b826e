"""Which category a text belongs to, with the reasons; pure: a proposal, a person decides.

The account code says most, then words in the item list, then words in the package's name; a false friend ("kertas dan
cover alsintan" is paper) takes the category out. Source: the project's domain notes, 1.3, 1.4 and 7.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: The account inside a budget line (MAK) or by itself, such as 5.1.02.01.01.0035.
_ACCOUNT = re.compile(r"(?:(?<=\.)|^|(?<=[\s,;]))(5\.[12]\.\d{2}\.\d{2}\.\d{2}\.\d{4})(?!\d)")
ACCOUNT_POINTS, ITEM_POINTS, NAME_POINTS = 3, 3, 2


@dataclass(frozen=True)
class CategoryWords:
    """What tells a category apart."""

    id: str
    account_codes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    negative_keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """One reason: where it was found (``account``, ``item``, ``name``), what, and its points."""

    source: str
    found: str
    points: int


@dataclass(frozen=True)
class Proposal:
    """A category that fits, with its points and reasons."""

    category_id: str
    points: int
    evidence: tuple[Evidence, ...]


def account_codes_in(text: str) -> list[str]:
    """Return the account codes in a budget line or list of them, each once, in order."""
    return list(dict.fromkeys(_ACCOUNT.findall(text)))


def propose(
    categories: Iterable[CategoryWords], *, name: str, item_text: str = "", account_code: str = ""
) -> list[Proposal]:
    """Return the categories that fit, best first; two with equal points stand in the order given."""
    accounts = account_codes_in(account_code)
    found = [_weigh(category, name, item_text, accounts) for category in categories]
    fitting = [proposal for proposal in found if proposal.points]
    return sorted(fitting, key=lambda proposal: -proposal.points)


def best(proposals: Sequence[Proposal]) -> Proposal | None:
    """Return the one best proposal, ``None`` when there is none or two are equally good."""
    if not proposals or (len(proposals) > 1 and proposals[0].points == proposals[1].points):
        return None
    return proposals[0]


def _weigh(category: CategoryWords, name: str, item_text: str, accounts: list[str]) -> Proposal:
    words = [*_hits(category, item_text, "item", ITEM_POINTS), *_hits(category, name, "name", NAME_POINTS)]
    by_account = [Evidence("account", code, ACCOUNT_POINTS) for code in accounts if code in category.account_codes]
    is_false_friend = any(_finds(word, f"{name}\n{item_text}") for word in category.negative_keywords)
    evidence = () if is_false_friend else (*by_account[:1], *words)
    return Proposal(category.id, sum(reason.points for reason in evidence), evidence)


def _hits(category: CategoryWords, text: str, source: str, points: int) -> list[Evidence]:
    """The longest keyword found counts; a list of synonyms does not add up."""
    hits = [word for word in category.keywords if _finds(word, text)]
    return [Evidence(source, max(hits, key=len), points)] if hits else []


def _finds(word: str, text: str) -> bool:
    return bool(text and word.strip()) and _pattern(word).search(text) is not None


@lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern[str]:
    """Whole words, any blanks between them; ``kue`` is not in ``kuesioner``."""
    inner = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<!\w){inner}(?!\w)", re.IGNORECASE)
