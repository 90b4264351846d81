"""The one table of English and Chinese keys and fixed words.

Every other module asks here; nothing else in the house knows two spellings of one
word. English is the spelling used inside.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

W = TypeVar("W", bound=str)

Language: TypeAlias = Literal["en", "zh"]
"""The two spellings of the language, and the two languages of messages."""


def _table(text: str) -> Mapping[str, str]:
    """Read `english chinese` pairs, separated by `|`; `_` stands for a space."""
    pairs = (pair.split() for pair in text.replace("\n", "|").split("|") if pair.strip())
    return MappingProxyType({en.replace("~", " "): zh for en, zh in pairs})


KEYS = _table("""
scheme 方案 | extends 沿用 | id 编号 | step 环节 | name 名称 | effective_from 生效日期
illustrative 示例 | kinds 对象层级 | subject 积分对象 | fields 字段 | type 类型 | blank 空白视为
for 适用对象 | period 考核周期 | who 由谁
at_most 至多 | veto 一票否决 | at 记为 | grade 直接判级 | at_best 不高于 | action 措施
weight 权重 | base 基础分
full 满分 | rated_by 评议 | each 每满 | at_least 达到 | above 超过 | bands 分段累进 | by 按
one_of 任选 | between 幅度 | rank 名次 | spends 用分 | per 每 | once 限一次 | within 限期
among 范围
when 条件 | points 分值 | formula 公式 | combine 合并计分 | floor 下限 | at_period_end 期末处理
lasts 有效期 | gives 给予 | missing 缺评 | escalate 逐次递进 | caps 上限 | then 后果
repair 整改 | revokes 追回 | to 记入 | ties 并列 | up 晋级 | down 降级 | round 取整
touches 涉及 | open 自定
process 程序 | ledgers 账本 | categories 类别 | indicators 指标 | levels 档次 | tiers 等级
rewards 兑换激励 | rules 规则 | basis 依据
""")
"""Every key, in the order in which the keys of one mapping are best read: that of `jifen fmt`."""

COLUMNS = _table("""
id 编号 | date 日期 | time 时间 | subject 积分对象 | indicator 指标 | quantity 数量 | level 级别
place 获奖名次 | points 评定分 | rating 评价 | rater 评议人 | role 角色 | matter 事由
status 环节 | to 记入 | note 备注 | evidence 凭据 | declared_on 申报日期
published_on 公示日期 | recorded_on 登记日期 | voids 作废 | corrects 更正 | revokes 追回
disputes 异议 | repairs 整改 | name 名称 | kind 类型 | class 身份 | unit 所属 | since 起 | until 止
event 事件
""")

WINDOWS = _table("""
event 次 | day 日 | week 周 | month 月 | quarter 季 | half_year 半年 | year 年
period 本期 | ever 永久
""")

COMBINES = _table("""
highest 就高不就低 | lowest 就低不就高 | heaviest 就重不就轻 | latest 最近一次
mean 平均 | median 中位 | trimmed_mean 去高去低平均
""")

LIMITS = _table("added 加分 | deducted 扣分 | net 净分 | times 次")
BEYOND = _table("kept 余额保留 | lost 余额作废")
COUNTED = _table("first 先到 | highest 就高")
SHARES = _table("whole 全额 | equally 平分 | rest 余数")
MISSING = _table("spread 按比例分摊 | zero 计零分 | void 不计")
KINDS = _table("""
household 户 | person 个人 | group 村民小组 | village 村 | party_member 党员 | township 镇
""")
STEPS = _table("""
declare 申报 | check 审核 | publish 公示 | count 计入 | object 异议 | answer 答复
withdraw 撤回
""")
GIVES = _table("all 全部 | before 原有 | nothing 不退")
TIES = _table("all 均计入 | none 均不计入 | dense 并列不占名次")
REVOKES = _table("all 全部 | to~zero 扣完为止")
CALENDAR = _table("rest 休息 | work 上班")
YES_NO = _table("yes 是 | no 否")
TYPES = _table("number 数 | text 文 | date 日期 | yes_no 是否")
ROUNDINGS = _table("half_up 四舍五入 | down 舍去 | up 进一")
TOUCHES = _table("""
subsidy 补贴救助 | dividend 集体收益 | public_service 公共服务 | family 家人 | blacklist 黑榜
fine 罚款 | complaint 信访投诉 | private_life 私人生活 | village_affairs 参与村务
party_standing 党员资格 | inspection 迎检 | credit 信贷 | privacy 个人信息 | housing 住房
job 工作 | cash 现金 | public_funds 公共资金
""")
ACCOUNTS = _table("""
total 总分 | head 户主 | members 成员 | named 指名人 | household 家庭 | households 各户
persons 各人 | groups 各组 | villages 各村 | party_members 各党员 | townships 各镇 | all 全体
nobody 无人
""")
WORDS = _table("""
unknown 未载明 | clear 清零 | carry 结转 | matter 事由 | none 不设 | self 本人 | anyone 任何人
until~repaired 至整改 | period~after~repair 整改后本期 | zero 扣完为止 | valid 有效期内
role 角色 | added 加分 | rewards 兑换激励
top 前 | bottom 后 | working_days 工作日 | later_added 此后加分
next~month 次月 | next~quarter 下季 | next~year 次年 | next~period 下期
""")
FORMULA_NAMES = _table("""
quantity 数量 | level 级别 | place 获奖名次 | role 角色 | rating 评价 | points 评定分
evidence 凭据 | indicator 指标 | subject 积分对象 | class 身份 | headcount 人数
days_in 在册天数 | date 日期 | time 时间 | year 年 | month 月 | day 日 | weekday 星期
total 总分 | added 加分
deducted 扣分 | any 全部 | raters 评议人数 | rank 名次 | last_rank 倒数名次 | ranked 参评数
""")
FUNCTIONS = _table("""
count 次数 | sum 合计 | reached 达到档次 | throughout 一直 | streak 连续 | last 上期
latest 最近 | granted 实得 | given 已填 | in_a_row 连续次数 | mean 平均 | highest 最高
lowest 最低 | sum_of 成员合计 | mean_of 成员平均
share_of 成员占比 | all_of 成员都 | count_of 成员数 | draw 抽签 | min 最小 | max 最大
round 四舍五入 | floor 向下取整 | ceil 向上取整 | abs 绝对值
""")

CASES = _table("""
cases 用例 | given 前提 | name 名称 | as_of 截至 | roster 名册 | events 事件
expect 应得 | rows 代入 | scheme 方案 | set 改为 | recorded 记录日期 | signed 核算人
totals 总分 | tiers 等级 | ledgers 账本 | categories 类别 | rights 待遇 | actions 措施
entries 分录 | received 收到 | shares 份额 | notes 说明 | granted 实得 | boards 积分榜
problems 问题 | asked 应计 | outcome 结果
""")
"""Every key of a file of cases."""
LENGTHS = _table("day 天 | week 周 | month 个月 | quarter 个季度 | half_year 半年 | year 年")
UNITS = MappingProxyType(
    {
        **{name: name for name in ("day", "week", "month", "quarter", "half_year", "year")},
        **{f"{name}s": name for name in ("day", "week", "month", "quarter", "half_year", "year")},
        "天": "day",
        "日": "day",
        "周": "week",
        "个月": "month",
        "月": "month",
        "季": "quarter",
        "个季度": "quarter",
        "半年": "half_year",
        "年": "year",
    }
)
"""Words for the unit of a length (`2 years`, `30天`), singular and plural."""

_TABLES = (
    KEYS,
    COLUMNS,
    WINDOWS,
    COMBINES,
    LIMITS,
    BEYOND,
    COUNTED,
    SHARES,
    MISSING,
    KINDS,
    STEPS,
    GIVES,
    TIES,
    REVOKES,
    CALENDAR,
    YES_NO,
    TYPES,
    ROUNDINGS,
    TOUCHES,
    ACCOUNTS,
    WORDS,
    FORMULA_NAMES,
    FUNCTIONS,
    CASES,
    LENGTHS,
)
_ENGLISH = {id(table): {zh: en for en, zh in table.items()} for table in _TABLES}


def english(table: Mapping[str, str], word: str) -> str:
    """Give the English spelling of a word of `table`; any other word comes back as it is."""
    return _ENGLISH[id(table)].get(word, word)


def word_among(word: str, *words: W) -> W | None:
    """Return a word as one of a few; None where it is none of them."""
    return next((known for known in words if known == word), None)


def chinese(word: str) -> tuple[str, ...]:
    """List the Chinese spellings that an English word has in the tables."""
    return tuple(dict.fromkeys(table[word] for table in _TABLES if word in table))


def spellings(table: Mapping[str, str]) -> tuple[str, ...]:
    """List every accepted spelling of a table, English first."""
    return (*table, *table.values())


def spell_kind(word: str) -> tuple[str, ...]:
    """List the words of a roster for a kind or class: a built-in kind in both spellings.

    >>> spell_kind("党员"), spell_kind("甲类")
    (('party_member', '党员'), ('甲类',))
    """
    kind = english(KINDS, word)
    return (kind, KINDS[kind]) if kind in KINDS else (word,)


def spell_kinds(words: Iterable[str]) -> tuple[str, ...]:
    """List the same for all the words of a `for`, each once."""
    return tuple(dict.fromkeys(name for word in words for name in spell_kind(word)))


def spell_relation(word: str, kinds: Collection[str] = ()) -> str:
    """Give the one spelling of a relation: a unit by its kind, all below (`各网格`) in the plural.

    `kinds` are those that a scheme declares. Any other word, such as a role, comes back as it is.

    >>> spell_relation("村"), spell_relation("各户"), spell_relation("各网格", ["网格"])
    ('village', 'households', '网格s')
    """
    if word.startswith("各") and word[1:] in kinds:
        return f"{word[1:]}s"
    return english(KINDS, english(ACCOUNTS, word))


def is_unknown(value: object) -> bool:
    """Tell whether the author wrote `unknown` (未载明)."""
    return isinstance(value, str) and english(WORDS, value.strip()) == "unknown"
