"""The shapes of questions whose words name no attribute: 带个啥证 asks for documents, 谁来管账 for none of them.

Only asked when `data/knowledge/lookup.yml` explains nothing; the answer shows the attribute under its name.
"""

from __future__ import annotations

import re

WHAT = r"(?:什么|啥|哪些|哪几|几样|几份|几个证|东西|清单)"
SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("regulation", re.compile(r"(?:哪|什么|啥|看|按|依)[个份条部项]?.{0,4}(?:文件?|办法|规定|法规|法条|令|文号|号文)")),
    ("documents", re.compile(rf"(?:带|交|给|准备|提供|提交|拿|递|备|签|报|要)[上齐好过来]{{0,2}}[些个点哪]?{WHAT}.{{0,4}}(?:证|料|文件|资料|单|东西|来|去|吗|呢|$|[？?，,])")),
    ("documents", re.compile(r"(?:带|备|准备|交|提供)(?:身份证|户口本|执照|合同|发票|流水|证明|印章|公章)|(?:哪些|什么|啥|几种)(?:证|料|单子|表)")),
    ("fee", re.compile(r"(?:收|交|付|花|扣|掏|出).{0,5}(?:钱|费)|(?:费|钱).{0,3}(?:谁|怎么收|咋收|多少)|白送|免费|便宜|贵不贵|贵吗")),
    ("part:steps", re.compile(r"(?:怎么|咋|怎样|如何)(?:个)?(?:办|开|弄|走|申请|搞|操作|上线|做|买|签|启动|来)|[几哪]步|先后|先干|流程|第一步")),
    ("part:suits", re.compile(r"(?:推|卖|介绍|推荐|配)给(?:谁|哪|什么|啥)|(?:谁|哪[类种些]|啥样|什么样|什么).{0,6}适合|适合.{0,6}(?:谁|哪|什么|啥)|对路|用得上|哪些客户")),
    ("part:caution", re.compile(r"(?:谁|哪[类种些]|啥|什么)(?:样的?)?(?:人|客户|钱|单位|企业).{0,3}(?:不能|不可|别|不该|不宜|不合适)|(?:不能|不可以|别)(?:卖|推)|留神|当心|小心")),
    ("eligibility", re.compile(r"(?:谁|哪[类种些]|啥样?|什么样?|多大|几岁|怎样).{0,10}(?:能|可以|可|够|符合|才行|达标|合格)|(?:满足|具备|达到|符合|够上).{0,6}(?:什么|啥|哪|多少|吗|么)|够格|够得上|得先|非得|必须|门儿")),
    ("benefits", re.compile(r"(?:有|对|给|帮|能|图|解决|省|缓解|带来).{0,10}(?:好处|好|用|帮助|用处|作用|忙|啥|什么|意义)[吗么呢？?]?$|为什么要|凭啥|干嘛要|值不值|划不划算|划算吗|怎么说服|打动|怎么跟.{0,6}(?:说|讲)|话术|卖点")),
    ("tenor", re.compile(r"(?:几|多少)(?:年|个月|个?月|天|期|日|周)|多久|多长|最晚|最快|什么时候到期|啥时候到期|到期")),
    ("rate", re.compile(r"(?:利|息|收益|价).{0,6}(?:怎么|咋|多少|几|高|给|定|算|谁)|(?:多少|几个?)(?:点|厘|利)|挣多少|赚多少|划算")),
    ("max_amount", re.compile(r"(?:最多|最高|顶多|上限|封顶|几成|多大比例|撑死|能批)")),
    ("min_amount", re.compile(r"(?:最少|最低|起码|至少|多少钱|几[万块元千百]|多少|几多).{0,6}(?:起|买|存|投|够)|(?:\d|[一二三五十百千两])+[万千百块元].{0,4}(?:够|能|行|可以)")),
    ("risk_rating", re.compile(r"风险|亏|赔|保本|安全|本金|稳不稳|靠谱")),
    ("channels", re.compile(r"(?:网上|线上|手机|柜台|柜面|网点|网银|app|微信|电话|异地|在家|远程).{0,8}(?:能|可以|行|办|买|开|弄|搞|操作|吗|不|么)|(?:能|可以).{0,6}(?:网上|线上|手机|远程|在家)|在?(?:哪|哪儿|哪里|什么地方)(?:个?(?:窗口|渠道|地方))?.{0,2}(?:办|买|开|弄|申请|做|签)|找谁")),
    ("features", re.compile(r"(?:分|有)(?:几|哪些?|什么)(?:种|类|档)|(?:怎么|咋)(?:玩|用|运作)|灵活")),
)  # fmt: skip
MOST = 2


def shaped(text: str) -> list[str]:
    """Return the attributes (codes as in `Asked.attributes`) that a normalised question asks for by its shape."""
    found = [attribute for attribute, pattern in SHAPES if pattern.search(text)]
    return list(dict.fromkeys(found))[:MOST]
