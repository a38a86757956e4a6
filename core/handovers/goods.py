"""Goods that are handed over: articles with what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidError, _
from core.households.life.colleagues import require_text
from core.money import MAXIMUM_FEN

MOST_ARTICLES = 20


@dataclass(frozen=True)
class Article:
    """Something handed over: `quantity` of it, counted in a measure, each at `price` fen."""

    name: str
    measure: str
    quantity: int
    price: int


def check_articles(articles: Sequence[Article]) -> int:
    """Return what articles cost together, in fen; InvalidError for too many, or one without name,
    quantity or price."""
    if len(articles) > MOST_ARTICLES:
        raise InvalidError(
            _("A parcel has 1 to %(most)s articles."), field="articles", most=MOST_ARTICLES
        )
    for one in articles:
        require_text(one.name, "articles")
        if one.quantity < 1 or not 0 < one.price <= MAXIMUM_FEN:
            raise InvalidError(
                _("The article “%(name)s” needs a quantity and a price."),
                field="articles", name=one.name,
            )  # fmt: skip
    return sum(one.quantity * one.price for one in articles)
