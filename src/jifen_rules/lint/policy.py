"""The policy text that findings quote, word for word, each sentence once.

Source: the speech of 28 July 2020 on point schemes in village governance. `part` and `point` are
its own numbers; an empty point is the introduction of the part.
"""

from typing import Final

from ..core.message import N_
from ..core.problem import Quote

SOURCE: Final = N_("the speech on point schemes in village governance, 28 July 2020")
"""韩俊：在全国乡村治理中推广运用积分制，《乡村治理动态》2020年20期（总第21期）。"""


def _quote(part: str, point: str, text: str) -> Quote:
    return Quote(SOURCE, part, point, text)


DEMOCRATIC: Final = _quote(
    "一",
    "",
    "各地对积分制的探索形式多样、亮点纷呈，有的叫“爱心超市”，有的开“道德银行”，有的建“积分储蓄站”等等，归结起来都是以积分管理为主要形式，从农民群众最关心、最迫切的身边事入手，将乡村重要事务量化为积分指标，通过民主的方式形成积分评价办法，再用这个办法对农民群众日常的行为进行评价形成积分，并根据积分给予相应的精神鼓励、物质奖励或者行为约束。",
)
STANDARD: Final = _quote(
    "一",
    "二",
    "积分制对村民行为有了具体的评价标准，“德者有得”有了明确的依据，增强了对农民群众个体行为的激励约束，形成了群众间比学赶超的氛围，有助于农民律己向善，培育文明乡风、良好家风和淳朴民风。",
)
WILL: Final = _quote(
    "二",
    "",
    "做好这项工作，要充分尊重农民意愿，支持基层创新创造，结合实际，循序渐进，不搞强迫命令、一刀切。",
)
URGENT: Final = _quote(
    "二",
    "二",
    "探索运用积分制，要从这些农民群众最关心、最迫切的治理问题入手，要针对工作中的薄弱环节，结合当地农村发展实际情况，充分调动农民的积极性，在整治农村人居环境、加快移风易俗、营造文明乡风等方面加快补齐短板，通过积分制树立起“风向标”，引领农民群众积极参与乡村振兴。",
)
COUNTABLE: Final = _quote(
    "二",
    "三",
    "各地要在坚持积分制核心机制不变的前提下，围绕乡村治理的重点任务和突出问题，结合实际确定积分内容和对象，采取符合农民意愿和习惯的积分方式，建立动态管理、操作性强的积分体系，确保可量化、可计算、保证公信力。",
)
FAIR: Final = _quote(
    "二", "四", "积分制的实施必须符合操作规范，做到公平公正、公开透明，才能充分发挥出其优势作用。"
)
INDICATORS: Final = _quote(
    "二",
    "四",
    "设置指标要最大限度体现群众意愿，广泛征求群众意见，细化指标、赋予权重符合实际、科学合理，充分考虑当地风俗习惯、历史文化等因素，通俗易懂、简便易行。",
)
SUNSHINE: Final = _quote(
    "二",
    "四",
    "要建立健全积分制运行制度和管理办法，执行阳光程序，全过程公开操作，鼓励农民群众自评、群众之间互评、干部考评等方式相结合。",
)
SUPERVISION: Final = _quote(
    "二",
    "四",
    "要引导农民群众成为积分制的监督主体，在积分内容设置、申报审核等各个环节始终履行民主程序，实施过程做到公开透明。",
)
SECOND_CHECK: Final = _quote("二", "四", "乡镇有关部门要参与监督，建立抽查、复审制度。")
RIGHTS: Final = _quote(
    "二",
    "四",
    "要特别指出的是，实施积分制必须符合国家相关法律法规规定，积分制的惩罚措施不得侵犯国家、集体利益和群众合法权利，不得剥夺农民依法享有的政府补贴和集体经济收益等。",
)
RESULTS: Final = _quote("二", "五", "积分结果运用是发挥积分制激励约束作用的关键。")
SPIRIT: Final = _quote(
    "二", "五", "运用好积分结果，要坚持精神鼓励与物质奖励相结合，更要注重精神的激励。"
)
BOTH_WAYS: Final = _quote("二", "五", "创新方式，树立正确导向，发挥好积分制的激励和约束作用。")
HONOURS: Final = _quote(
    "二",
    "五",
    "倡导将积分结果作为各类评比的参考，发挥精神奖惩作用，建立好农村的“积分榜”，让小积分“四两拨千斤”。",
)
GOODS: Final = _quote(
    "二",
    "五",
    "合理进行物质激励，有条件的地方，可以根据本地经济社会发展水平、农民群众的实际需求等因素，用积分兑换实物或现金，增强农民群众的获得感。",
)
CREDIT: Final = _quote(
    "二", "五", "探索积分与农户信用评级、农村普惠金融结合，积分高的可以适当调高信用贷款额度。"
)
UPKEEP: Final = _quote(
    "二", "六", "发挥和提升积分制的治理效能，离不开人、财、物的稳定投入作为支撑条件。"
)
FUNDS: Final = _quote("二", "六", "拓宽资金来源渠道，健全多元投入保障机制。")
