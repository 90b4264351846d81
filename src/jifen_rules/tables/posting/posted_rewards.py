"""A reward -> the line that says what it costs, what it gives, to whom and how often."""

from collections.abc import Iterator

from ...core.message import N_, Message, Value, msg
from ...core.rounding import Rounding
from ...core.terms import Unknown, Window
from ...core.vocabulary import ACCOUNTS, english
from ...scheme.model import Reward
from .formula_wording import say_formula
from .names import Names, join_sentences
from .rule_wording import bases_of, say_cap
from .terms_wording import say_accounts, say_bases, say_end, say_rounding
from .wording import say_gift


def say_reward(reward: Reward, names: Names) -> Message:
    """Say a reward."""
    said = join_sentences([_gives(reward, names), *_details(reward, names)], N_("{first}; {rest}"))
    return msg(N_("reward ({name}): {gives}"), name=reward.label, gives=said)


def _gives(reward: Reward, names: Names) -> Message:
    gives: Value
    if isinstance(reward.gives, Unknown):
        gives = msg(N_("not stated"))
    else:
        gives = reward.gives if isinstance(reward.gives, str) else say_gift(reward.gives, names)
    if reward.spends is None:
        return msg("{gives}", gives=gives)
    if isinstance(reward.spends, Unknown):
        return msg(N_("points that are not stated for {gives}"), gives=gives)
    prices = join_sentences(
        [_price(text, names) for text in reward.spends], N_("{first} and {rest}")
    )
    return msg(N_("{prices} for {gives}"), prices=prices, gives=gives)


def _price(text: str, names: Names) -> Message:
    """`50 wallet` in words."""
    number, _, ledger = text.strip().partition(" ")
    ledger = english(ACCOUNTS, ledger.strip() or "total")
    if ledger == "total":
        return msg(N_("{spends} points"), spends=number)
    return msg(N_("{spends} points of {ledger}"), spends=number, ledger=names.account(ledger))


def _details(reward: Reward, names: Names) -> Iterator[Message]:
    if reward.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(reward.for_))
    if reward.by is not None:
        yield msg(N_("by {figure}"), figure=names.account(reward.by))
    if isinstance(reward.per, Window):
        yield msg(N_("worked out {moment}"), moment=say_end(reward.per))
    elif reward.per is not None:
        yield msg(N_("when it is worked out is not stated"))
    if reward.when:
        yield msg(N_("condition: {formula}"), formula=say_formula(reward.when, names))
    if isinstance(reward.round, Rounding):
        yield say_rounding(reward.round)
    if reward.to is not None:
        yield say_accounts(reward.to, names)
    yield from (say_cap(cap) for cap in reward.caps)
    yield from say_bases(*bases_of(reward))
