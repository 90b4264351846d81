"""What a consequence touches, by its `touches`, by its vetoes and by its words.

Rules on sensitive matters use this module, and whether something is taken or given. Where
`touches` is missing, a small table of words is used instead, and the finding says that only
words suggest it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from ..core import vocabulary
from ..core.problem import Place, Problem
from ..core.vocabulary import english
from ..plan import Grant
from ..scheme.model import (
    ActionEffect,
    Consequence,
    Indicator,
    Level,
    Path,
    PointsEffect,
    VetoEffect,
)
from .signs import costs, signs

if TYPE_CHECKING:
    from .draft import LintContext, Owner
    from .rule import LintRule

Sort: TypeAlias = Literal["indicator", "category", "effect", "reward", "scheme"]
"""The kinds of parts that can touch something."""

WORDS: Final = MappingProxyType(
    {
        "subsidy": "补贴 补助 低保 救助 五保 特困 惠农 subsidy subsidies welfare",
        "dividend": "分红 集体收益 集体收入 股份收益 dividend",
        "public_service": (
            "办理 开具证明 盖章 审批 手续 停水 停电 断水 断电 公共服务 paperwork permit"
        ),
        "family": "家属 家人 子女 父母 配偶 连带 连坐 亲属 relatives",
        "blacklist": "黑榜 黑名单 曝光 检讨 示众 点名批评 blacklist",
        "fine": "罚款 罚金 罚没 违约金 fined",
        "complaint": "信访 上访 投诉 举报 热线 网络信息 网络言论 发帖 言论 petition complaint",
        "private_life": (
            "彩礼 婚丧 婚事 丧事 红白 喜事 殡葬 安葬 坟 墓 祭祀 祭扫 生育 计生 宗教 迷信 酒席 "
            "funeral wedding"
        ),
        "village_affairs": "村级事务 村务 选举 参选 候选 表决权 投票 村民代表资格 election vote",
        "party_standing": "党员资格 预备党员 党籍 入党 挂牌 组织关系 party membership",
        "inspection": "知晓 迎检 应知应会 答题 知识测试 迎接检查 inspectors",
        "credit": "贷款 授信 利率 信贷 loan",
        "privacy": "姓名 二维码 微信群 身份证 家庭住址 实时公示 病历",
        "housing": "宅基地 建房 住房 安置房 拆除房屋 housing",
        "job": "岗位 辞退 解聘 解除合同 用工 务工 job",
    }
)
"""The words that suggest what a part touches, where `touches` is missing."""

TAKING: Final = (
    "取消",
    "不予",
    "不得",
    "不办",
    "不再",
    "停",
    "限制",
    "冻结",
    "扣",
    "断水",
    "断电",
    "剥夺",
    "收回",
    "追回",
    "清退",
    "禁止",
    "降低",
    "上调利率",
    "延长",
    "曝光",
    "批评",
    "检讨",
    "罚",
    "黑榜",
    "黑名单",
    "转入",
    "暂不",
    "refuse",
    "cancel",
    "stop",
    "withhold",
)
GIVING: Final = (
    "奖",
    "授",
    "发放",
    "发给",
    "优先",
    "享受",
    "免",
    "表扬",
    "补助",
    "提高",
    "上浮",
    "推荐",
    "挂牌",
    "give",
    "award",
)
"""Words of actions that take and that give; without such a word, the place decides."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A part that touches something: its place, its name, and whether it takes or gives."""

    place: Place
    sort: Sort
    path: Path
    what: str
    takes: bool
    related: tuple[Place, ...] = ()
    words: str = field(default="")
    """The words that suggest it; empty where `touches` states it."""
    key: str = ""
    """Its id; empty for a consequence and for the scheme."""

    def found(self, rule: "LintRule") -> Problem:
        """Return the finding of a rule about it."""
        if self.words:
            return rule.suggested(self.place, self.words, what=self.what)
        return rule.at(self.place, self.related, what=self.what)


def touching(draft: "LintContext", word: str, *, suggest: tuple[Sort, ...] = ()) -> Iterator[Touch]:
    """Yield the parts that touch a word of the vocabulary, in no order.

    `suggest` names the kinds of parts whose words are used where `touches` is missing.
    """
    parts = draft.parts
    stated = {path for path, touches, _ in parts if word in touches}
    targets: dict[str, Touch] = {}
    for path, touches, touch in parts:
        if word in touches:
            number = touches.index(word)
            exact = draft.place((*path, "touches", number))
            found = _at(touch, exact)
            yield found
            targets.setdefault(touch.key, found)
        elif touch.sort in suggest and not is_inside(path, stated):
            yield from _suggested(draft, word, touch)
    yield from _vetoed(draft, targets)


def is_inside(path: Path, stated: set[Path]) -> bool:
    """Tell whether a path lies inside another one of a set."""
    return bool(stated) and any(path[:length] in stated for length in range(len(path)))


def _at(touch: Touch, place: Place) -> Touch:
    return Touch(place, touch.sort, touch.path, touch.what, touch.takes, touch.related)


def sensitive_parts(draft: "LintContext") -> Iterator[tuple[Path, tuple[str, ...], Touch]]:
    """Yield every part that can have `touches`: its path, the words of `touches`, its touch."""
    scheme = draft.scheme
    if scheme.touches:
        whole = Touch(draft.place(()), "scheme", (), scheme.name or scheme.scheme, True)
        yield (), _said(scheme.touches), whole
    yield from chain(_groups(draft), _items(draft), _effects(draft))
    for path, reward in draft.rewards:
        takes = _sense(f"{reward.label} {reward.gives}") == "takes"
        place = draft.place_of(path, reward)
        touch = Touch(place, "reward", path, reward.label, takes, key=reward.key)
        yield path, _said(reward.touches), touch


def _groups(draft: "LintContext") -> Iterator[tuple[Path, tuple[str, ...], Touch]]:
    for path, category in draft.categories:
        if category.touches:
            inside = draft.inside(path)
            taking = tuple(draft.place(p) for p, i in inside if _item_takes(draft.grant(i), i))
            takes, place, key = bool(taking), draft.place(path), category.key
            touch = Touch(place, "category", path, category.label, takes, taking, key=key)
            yield path, _said(category.touches), touch


def _items(draft: "LintContext") -> Iterator[tuple[Path, tuple[str, ...], Touch]]:
    for path, _, item in draft.indicators:
        takes = _item_takes(draft.grant(item), item)
        place = draft.place_of(path, item)
        touch = Touch(place, "indicator", path, item.label, takes, key=item.key)
        yield path, _said(item.touches), touch


def _effects(draft: "LintContext") -> Iterator[tuple[Path, tuple[str, ...], Touch]]:
    for path, owner, effect in draft.effects:
        takes = effect_takes(draft, path, owner, effect)
        what = effect.action if isinstance(effect, ActionEffect) else owner.label
        touch = Touch(draft.place(path), "effect", path, what, takes)
        yield path, _said(effect.touches), touch


def _said(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(english(vocabulary.TOUCHES, word) for word in words)


def _vetoed(draft: "LintContext", targets: dict[str, Touch]) -> Iterator[Touch]:
    """Apply the rule that what a veto voids touches what the voided thing touches."""
    for path, _, effect in draft.effects:
        if isinstance(effect, VetoEffect) and isinstance(effect.veto, tuple):
            for number, name in enumerate(effect.veto):
                if found := targets.get(name):
                    place = draft.place((*path, "veto", number))
                    yield Touch(place, "effect", path, found.what, True, (found.place,))


# --- whether it takes or gives -------------------------------------------------------------------


def effect_takes(draft: "LintContext", path: Path, owner: "Owner", effect: Consequence) -> bool:
    """Tell whether a consequence takes: by its kind, by its words, or else by its place."""
    if isinstance(effect, ActionEffect):
        sense = _sense(effect.action)
        return _stands_low(draft, path, owner) if sense == "unsaid" else sense == "takes"
    if not isinstance(effect, PointsEffect):
        return True
    return isinstance(effect.points, Decimal) and effect.points.is_signed()


def _sense(text: str) -> Literal["takes", "gives", "unsaid"]:
    low = text.lower()
    if any(word in low for word in TAKING):
        return "takes"
    return "gives" if any(word in low for word in GIVING) else "unsaid"


def _stands_low(draft: "LintContext", path: Path, owner: "Owner") -> bool:
    """Tell whether an action stands on a deduct, on the last level of a ladder, or on a rule."""
    if isinstance(owner, Level):
        ladder = draft.scheme.tiers[int(path[1])]
        return len(ladder.levels) > 1 and owner is ladder.levels[-1]
    if isinstance(owner, Indicator):
        return "+" not in signs(draft.grant(owner).value)
    return True


def _item_takes(grant: Grant, item: Indicator) -> bool:
    return costs(grant) or any(
        not isinstance(effect, ActionEffect) or _sense(effect.action) != "gives"
        for effect in item.then
        if not isinstance(effect, PointsEffect)
    )


# --- by words -------------------------------------------------------------------------------------


def _suggested(draft: "LintContext", word: str, touch: Touch) -> Iterator[Touch]:
    text = touch.what.lower()
    known = [other for other in WORDS[word].split() if other in text]
    if known:
        first = min(known, key=lambda other: (text.index(other), -len(other)))
        keys = ("action",) if touch.sort == "effect" else ("name", "id")
        paths = ((*touch.path, key) for key in keys if (*touch.path, key) in draft.file.places)
        place = next((draft.place(path) for path in paths), touch.place)
        exact = word_in(draft, place, first)
        yield Touch(exact, touch.sort, touch.path, touch.what, touch.takes, (), first)


def word_in(draft: "LintContext", place: Place, word: str) -> Place:
    """Return the place of a word inside a text, or of the whole text if the word is not there."""
    rows = draft.rows.get(place.file, ())
    row = rows[place.line - 1] if 0 < place.line <= len(rows) else ""
    start = row.lower().find(word, place.column - 1, place.column - 1 + max(place.width, len(word)))
    return place if start < 0 else place.shifted(start - place.column + 1, len(word))
