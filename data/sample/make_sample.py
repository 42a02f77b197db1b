"""Write the sample clients as CSV files in the form `wenxu import` reads: `python data/sample/make_sample.py`.

Every name is invented; identification codes have valid check digits under a region code (000000) that nobody has. The
seed is fixed, so the files change only when this file does. Dates are those of `ANCHOR`; loading moves them to today.
"""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from bot.clients.cells import uscc_check_digit  # noqa: E402

ANCHOR = date(2026, 11, 15)
SEED = 20261115
MONTHS = [date(2026, m, 1) for m in range(5, 11)]
PEERS = [
    "工商银行",
    "农业银行",
    "建设银行",
    "中国银行",
    "交通银行",
    "招商银行",
    "浦发银行",
    "兴业银行",
    "中信银行",
    "邮储银行",
]
WAN = 10_000

# name, short name, industry, region, manager, revenue (万), staff, profile, extra columns
Corp = tuple[str, str, str, str, str, int, int, str, dict[str, Any]]
CORPORATE: list[Corp] = [
    # ------------------------------------------------------------ zhangwei
    (
        "砾川铸造有限公司",
        "砾川铸造",
        "装备制造",
        "沈阳",
        "zhangwei",
        21000,
        310,
        "maker",
        {"parent": "华星机械集团有限公司"},
    ),
    (
        "岚谷精密传动有限公司",
        "岚谷传动",
        "装备制造",
        "大连",
        "zhangwei",
        16500,
        240,
        "maker",
        {"parent": "华星机械集团有限公司"},
    ),
    ("榆桥物流有限公司", "榆桥物流", "物流", "沈阳", "zhangwei", 9800, 260, "logistics", {"branches": 5}),
    ("青禾里连锁超市有限公司", "青禾里超市", "零售", "沈阳", "zhangwei", 26000, 780, "shops", {"stores": 38}),
    ("杏林坡大药房连锁有限公司", "杏林坡药房", "药店", "鞍山", "zhangwei", 8600, 210, "shops", {"stores": 27}),
    ("鹿鸣涧教育培训有限公司", "鹿鸣涧教育", "教育培训", "沈阳", "zhangwei", 3200, 145, "service", {"stores": 6}),
    ("墨枢软件科技有限公司", "墨枢软件", "软件", "大连", "zhangwei", 7400, 190, "tech", {}),
    ("拓坤建设工程有限公司", "拓坤建设", "建筑", "沈阳", "zhangwei", 43000, 420, "builder", {"branches": 4}),
    ("丰穗食品加工有限公司", "丰穗食品", "食品加工", "铁岭", "zhangwei", 15800, 330, "maker", {"dealer_count": 64}),
    (
        "织云坊服饰有限公司",
        "织云坊服饰",
        "纺织服装",
        "大连",
        "zhangwei",
        11200,
        410,
        "exporter",
        {"export_usd": 9_600_000},
    ),
    ("澄碧水务环保有限公司", "澄碧环保", "环保", "抚顺", "zhangwei", 12400, 150, "project", {}),
    ("凌霄渡酒店管理有限公司", "凌霄渡酒店", "酒店", "沈阳", "zhangwei", 6900, 300, "shops", {"stores": 7}),
    ("瀚砂新材料有限公司", "瀚砂新材", "化工", "营口", "zhangwei", 30500, 280, "maker", {"supplier_count": 36}),
    ("巧木匠家具制造有限公司", "巧木匠家具", "家具制造", "沈阳", "zhangwei", 5400, 160, "maker", {"dealer_count": 35}),
    ("彩墨印刷包装有限公司", "彩墨印刷", "印刷包装", "沈阳", "zhangwei", 4700, 120, "maker", {}),
    ("骨安骨科医院有限公司", "骨安医院", "医院", "沈阳", "zhangwei", 13600, 520, "public", {}),
    ("晨曦路实验学校", "晨曦路学校", "学校", "沈阳", "zhangwei", 5100, 230, "public", {}),
    ("安居邻物业服务有限公司", "安居邻物业", "物业", "本溪", "zhangwei", 4300, 340, "public", {}),
    (
        "卓翎电子科技有限公司",
        "卓翎电子",
        "电子制造",
        "大连",
        "zhangwei",
        27800,
        460,
        "maker",
        {"import_usd": 5_200_000},
    ),
    (
        "金雀花国际贸易有限公司",
        "金雀花贸易",
        "外贸",
        "大连",
        "zhangwei",
        18300,
        65,
        "importer",
        {"import_usd": 17_500_000},
    ),
    ("隆阜钢结构有限公司", "隆阜钢构", "建材", "辽阳", "zhangwei", 0, 0, "prospect", {}),
    ("麦田巷烘焙有限公司", "麦田巷烘焙", "餐饮连锁", "沈阳", "zhangwei", 0, 0, "prospect", {"stores": 9}),
    ("苍耳矿山设备有限公司", "苍耳矿机", "装备制造", "本溪", "zhangwei", 6200, 140, "dormant", {}),
    ("驰原冷链运输有限公司", "驰原冷链", "物流", "锦州", "zhangwei", 7700, 185, "logistics", {"branches": 3}),
    # ------------------------------------------------------------ liuyang
    ("铭铸汽车配件有限公司", "铭铸汽配", "汽车零部件", "长春", "liuyang", 14200, 270, "supplier", {}),
    ("翠屏岭茶业有限公司", "翠屏岭茶业", "农业", "丹东", "liuyang", 3600, 95, "farm", {"dealer_count": 22}),
    ("灵犀码信息技术有限公司", "灵犀码信息", "软件", "沈阳", "liuyang", 5200, 130, "tech", {}),
    ("江畔渔火餐饮有限公司", "江畔渔火", "餐饮连锁", "沈阳", "liuyang", 7800, 360, "shops", {"stores": 19}),
    ("博砻农机制造有限公司", "博砻农机", "装备制造", "四平", "liuyang", 22600, 350, "maker", {"dealer_count": 88}),
    ("瑞廪粮油加工有限公司", "瑞廪粮油", "食品加工", "松原", "liuyang", 38000, 240, "maker", {"supplier_count": 52}),
    ("银杉纸业有限公司", "银杉纸业", "造纸", "吉林", "liuyang", 17400, 290, "maker", {}),
    ("坤舆测绘工程有限公司", "坤舆测绘", "建筑", "沈阳", "liuyang", 4100, 110, "builder", {}),
    ("逐浪船务代理有限公司", "逐浪船务", "物流", "大连", "liuyang", 9200, 80, "logistics", {"export_usd": 2_300_000}),
    ("卷页里书店连锁有限公司", "卷页里书店", "零售", "沈阳", "liuyang", 4900, 170, "shops", {"stores": 15}),
    ("圣兰妇产医院有限公司", "圣兰医院", "医院", "沈阳", "liuyang", 8800, 310, "public", {}),
    ("启智桥职业学校", "启智桥学校", "学校", "长春", "liuyang", 3900, 160, "public", {}),
    ("火烈鸟玩具有限公司", "火烈鸟玩具", "外贸", "大连", "liuyang", 9900, 220, "exporter", {"export_usd": 11_200_000}),
    ("白桦林装饰工程有限公司", "白桦林装饰", "建筑", "沈阳", "liuyang", 5600, 90, "builder", {}),
    ("宏砥控股集团有限公司", "宏砥集团", "建材", "沈阳", "liuyang", 96000, 1300, "group", {"branches": 9}),
    (
        "玄武岩纤维科技有限公司",
        "玄武岩纤维",
        "化工",
        "营口",
        "liuyang",
        13900,
        180,
        "maker",
        {"parent": "宏砥控股集团有限公司"},
    ),
    (
        "沐光光伏科技有限公司",
        "沐光光伏",
        "能源",
        "朝阳",
        "liuyang",
        20400,
        200,
        "project",
        {"parent": "宏砥控股集团有限公司"},
    ),
    ("驼铃国际货运有限公司", "驼铃货运", "物流", "大连", "liuyang", 3300, 45, "dormant", {}),
    ("听雨轩茶社有限公司", "听雨轩茶社", "餐饮连锁", "沈阳", "liuyang", 0, 0, "prospect", {"stores": 4}),
    # ------------------------------------------------------------ sunli（二团队）
    ("鹤汀制药有限公司", "鹤汀制药", "医药", "哈尔滨", "sunli", 33500, 480, "maker", {"dealer_count": 41}),
    ("桐果智能家电有限公司", "桐果家电", "电子制造", "长春", "sunli", 41000, 620, "core", {"supplier_count": 73}),
    ("踏霜户外用品有限公司", "踏霜户外", "外贸", "大连", "sunli", 8700, 140, "exporter", {"export_usd": 7_800_000}),
    ("渡口人家餐饮管理有限公司", "渡口人家", "餐饮连锁", "哈尔滨", "sunli", 10300, 450, "shops", {"stores": 31}),
    ("磐基混凝土有限公司", "磐基混凝土", "建材", "哈尔滨", "sunli", 15600, 170, "supplier", {}),
    ("绣球花幼教连锁有限公司", "绣球花幼教", "教育培训", "长春", "sunli", 4400, 280, "shops", {"stores": 12}),
    ("赤霞葡萄酒业有限公司", "赤霞酒业", "食品加工", "通化", "sunli", 6800, 130, "maker", {"dealer_count": 57}),
    ("雪麓滑雪度假有限公司", "雪麓度假", "旅游", "吉林", "sunli", 7200, 260, "project", {}),
    ("极目光学仪器有限公司", "极目光学", "电子制造", "长春", "sunli", 19800, 330, "maker", {"import_usd": 3_400_000}),
    ("甘霖种业科技有限公司", "甘霖种业", "农业", "哈尔滨", "sunli", 5900, 85, "farm", {"dealer_count": 120}),
    ("赫图乳品有限公司", "赫图乳品", "食品加工", "齐齐哈尔", "sunli", 28700, 390, "core", {"supplier_count": 46}),
    ("聚贤园区运营有限公司", "聚贤园区", "园区", "哈尔滨", "sunli", 3500, 75, "public", {}),
    ("踏歌文化传媒有限公司", "踏歌传媒", "文化传媒", "长春", "sunli", 2900, 60, "tech", {}),
    ("参乡药材贸易有限公司", "参乡药材", "医药", "通化", "sunli", 0, 0, "prospect", {}),
    # ------------------------------------------------------------ zhaolei（二团队）
    ("玉衡数控机床有限公司", "玉衡数控", "装备制造", "哈尔滨", "zhaolei", 24500, 340, "maker", {"supplier_count": 44}),
    ("云雀快递服务有限公司", "云雀快递", "物流", "长春", "zhaolei", 13100, 690, "logistics", {"branches": 14}),
    ("蓝鲸水产出口有限公司", "蓝鲸水产", "外贸", "大连", "zhaolei", 16900, 230, "exporter", {"export_usd": 21_000_000}),
    ("百灵鸟家政服务有限公司", "百灵鸟家政", "生活服务", "哈尔滨", "zhaolei", 2700, 210, "service", {"stores": 8}),
    ("石榴籽民族食品有限公司", "石榴籽食品", "食品加工", "延吉", "zhaolei", 8100, 190, "maker", {}),
    ("纵横驾驶培训有限公司", "纵横驾校", "教育培训", "长春", "zhaolei", 2400, 98, "service", {}),
    ("岗峦矿业集团有限公司", "岗峦矿业", "能源", "鹤岗", "zhaolei", 132000, 2100, "group", {"branches": 11}),
    (
        "寒梅煤炭洗选有限公司",
        "寒梅洗煤",
        "能源",
        "鹤岗",
        "zhaolei",
        31000,
        420,
        "maker",
        {"parent": "岗峦矿业集团有限公司"},
    ),
    ("橘灯便利店连锁有限公司", "橘灯便利店", "零售", "长春", "zhaolei", 18900, 530, "shops", {"stores": 86}),
    ("暖阳养老服务有限公司", "暖阳养老", "养老服务", "哈尔滨", "zhaolei", 3100, 150, "public", {}),
    ("擎天起重设备有限公司", "擎天起重", "装备制造", "齐齐哈尔", "zhaolei", 7500, 160, "dormant", {}),
    ("竹蜻蜓童装有限公司", "竹蜻蜓童装", "纺织服装", "长春", "zhaolei", 6400, 240, "maker", {"dealer_count": 33}),
    ("流萤照明科技有限公司", "流萤照明", "电子制造", "哈尔滨", "zhaolei", 0, 0, "prospect", {}),
    # ------------------------------------------------------------ hejing（二团队）
    ("辰溪生物医药有限公司", "辰溪生物", "医药", "长春", "hejing", 25700, 300, "tech", {"import_usd": 2_800_000}),
    ("犇腾牧业有限公司", "犇腾牧业", "农业", "通辽", "hejing", 12700, 220, "farm", {"supplier_count": 310}),
    ("旌旗广告标识有限公司", "旌旗广告", "文化传媒", "长春", "hejing", 1900, 48, "service", {}),
    ("珊瑚海水族馆有限公司", "珊瑚水族馆", "旅游", "大连", "hejing", 5800, 180, "service", {}),
    ("丁香街百货有限公司", "丁香街百货", "零售", "吉林", "hejing", 34200, 610, "shops", {"stores": 5}),
    ("锦鳞渔具出口有限公司", "锦鳞渔具", "外贸", "威海", "hejing", 7100, 150, "exporter", {"export_usd": 6_900_000}),
    ("瓷语陶瓷制品有限公司", "瓷语陶瓷", "建材", "法库", "hejing", 9300, 260, "maker", {"dealer_count": 45}),
    (
        "天枢航空零部件股份有限公司",
        "天枢航空",
        "装备制造",
        "哈尔滨",
        "hejing",
        68000,
        900,
        "core",
        {"supplier_count": 58},
    ),
    ("喜鹊婚庆服务有限公司", "喜鹊婚庆", "生活服务", "长春", "hejing", 1600, 55, "service", {"stores": 3}),
    ("垒高塔吊租赁有限公司", "垒高塔吊租赁", "建筑", "长春", "hejing", 5000, 70, "builder", {}),
    ("森之味菌业有限公司", "森之味菌业", "农业", "延吉", "hejing", 4600, 115, "farm", {}),
    ("海棠家纺有限公司", "海棠家纺", "纺织服装", "长春", "hejing", 8300, 270, "maker", {"dealer_count": 51}),
    ("朵朵口腔门诊有限公司", "朵朵口腔", "医院", "长春", "hejing", 2600, 88, "shops", {"stores": 6}),
    ("虎跃峡漂流旅游有限公司", "虎跃峡漂流", "旅游", "延吉", "hejing", 0, 0, "prospect", {}),
]

# name, year of birth, manager, region, profile, extra columns
Person = tuple[str, int, str, str, str, dict[str, Any]]
PERSONAL: list[Person] = [
    ("欧阳振华", 1955, "zhangwei", "沈阳", "retired", {}),
    ("徐桂芝", 1961, "zhangwei", "沈阳", "retired", {}),
    ("高文博", 1979, "zhangwei", "沈阳", "owner", {"children": 1}),
    ("谢雨桐", 1994, "zhangwei", "沈阳", "salary", {"children": 0}),
    ("邓国梁", 1968, "zhangwei", "本溪", "wealthy", {"children": 2}),
    ("潘小虎", 1986, "zhangwei", "沈阳", "owner", {"children": 1}),
    ("孟凡琪", 1990, "zhangwei", "沈阳", "salary", {"children": 1}),
    ("秦淑芬", 1958, "zhangwei", "鞍山", "retired", {}),
    ("龚建军", 1972, "zhangwei", "沈阳", "salary", {"children": 1}),
    ("宋诗涵", 1997, "zhangwei", "大连", "young", {"children": 0}),
    ("段志刚", 1975, "zhangwei", "沈阳", "owner", {"children": 2}),
    ("樊丽萍", 1970, "zhangwei", "沈阳", "wealthy", {"children": 1}),
    ("孔令辰", 1983, "zhangwei", "沈阳", "salary", {"children": 2}),
    ("贺晓燕", 1988, "zhangwei", "抚顺", "salary", {"children": 1}),
    ("鲁大壮", 1966, "zhangwei", "铁岭", "owner", {"children": 3}),
    ("崔玉莲", 1963, "zhangwei", "沈阳", "retired", {}),
    ("任思远", 1992, "zhangwei", "沈阳", "young", {"children": 0}),
    ("顾念慈", 1976, "zhangwei", "大连", "wealthy", {"children": 1}),
    ("史长青", 1981, "zhangwei", "沈阳", "dormant", {}),
    ("庞博文", 1999, "zhangwei", "沈阳", "prospect", {}),
    ("毛雪晴", 1985, "zhangwei", "沈阳", "salary", {"children": 1}),
    ("康有才", 1959, "zhangwei", "辽阳", "retired", {}),
    ("蒋梦瑶", 1995, "liuyang", "沈阳", "young", {"children": 0}),
    ("蔡庆丰", 1974, "liuyang", "沈阳", "owner", {"children": 2}),
    ("丁玉珍", 1957, "liuyang", "沈阳", "retired", {}),
    ("彭浩宇", 1987, "liuyang", "长春", "salary", {"children": 1}),
    ("袁立新", 1971, "liuyang", "沈阳", "wealthy", {"children": 1}),
    ("曾思敏", 1991, "liuyang", "沈阳", "salary", {"children": 1}),
    ("尹建业", 1969, "liuyang", "吉林", "owner", {"children": 2}),
    ("江晚晴", 1984, "liuyang", "沈阳", "salary", {"children": 2}),
    ("覃世昌", 1962, "liuyang", "沈阳", "retired", {}),
    ("冉冬梅", 1978, "liuyang", "沈阳", "salary", {"children": 1}),
    ("司徒宏图", 1965, "liuyang", "大连", "wealthy", {"children": 3}),
    ("骆宾海", 1993, "liuyang", "沈阳", "young", {"children": 0}),
    ("薛宝坤", 1980, "liuyang", "沈阳", "owner", {"children": 1}),
    ("郝秋月", 1989, "liuyang", "沈阳", "salary", {"children": 1}),
    ("耿直言", 1977, "liuyang", "丹东", "dormant", {}),
    ("褚云霄", 2000, "liuyang", "沈阳", "prospect", {}),
    ("龙天宇", 1973, "sunli", "哈尔滨", "owner", {"children": 1}),
    ("白素芹", 1956, "sunli", "哈尔滨", "retired", {}),
    ("万鹏程", 1982, "sunli", "哈尔滨", "salary", {"children": 1}),
    ("姚梓萱", 1996, "sunli", "哈尔滨", "young", {"children": 0}),
    ("卢俊逸", 1978, "sunli", "长春", "wealthy", {"children": 2}),
    ("侯德旺", 1964, "sunli", "哈尔滨", "retired", {}),
    ("汤静怡", 1990, "sunli", "哈尔滨", "salary", {"children": 1}),
    ("常满仓", 1967, "sunli", "齐齐哈尔", "owner", {"children": 2}),
    ("牛振山", 1986, "sunli", "哈尔滨", "salary", {"children": 2}),
    ("殷如意", 1974, "sunli", "长春", "salary", {"children": 1}),
    ("温如玉", 1998, "sunli", "哈尔滨", "young", {"children": 0}),
    ("佟丽雅君", 1983, "sunli", "哈尔滨", "salary", {"children": 1}),
    ("屈正明", 1960, "sunli", "哈尔滨", "retired", {}),
    ("穆晓楠", 1988, "sunli", "哈尔滨", "prospect", {}),
    ("上官飞雪", 1979, "zhaolei", "长春", "wealthy", {"children": 1}),
    ("甄士杰", 1985, "zhaolei", "长春", "salary", {"children": 1}),
    ("仇玉洁", 1992, "zhaolei", "长春", "young", {"children": 0}),
    ("单方正", 1958, "zhaolei", "长春", "retired", {}),
    ("柯景行", 1991, "zhaolei", "长春", "salary", {"children": 1}),
    ("阎希文", 1976, "zhaolei", "哈尔滨", "owner", {"children": 2}),
    ("苗翠花", 1963, "zhaolei", "延吉", "retired", {}),
    ("石承志", 1981, "zhaolei", "长春", "owner", {"children": 1}),
    ("游本初", 1972, "zhaolei", "长春", "salary", {"children": 1}),
    ("路子谦", 1987, "zhaolei", "哈尔滨", "salary", {"children": 2}),
    ("闵秀文", 1970, "zhaolei", "长春", "wealthy", {"children": 2}),
    ("葛雅宁", 1994, "zhaolei", "长春", "young", {"children": 0}),
    ("欧雪莲", 1966, "zhaolei", "鹤岗", "retired", {}),
    ("邢天佑", 1989, "zhaolei", "长春", "dormant", {}),
    ("尚志勇", 1997, "zhaolei", "长春", "prospect", {}),
    ("诸葛景明", 1975, "hejing", "长春", "owner", {"children": 2}),
    ("水清漪", 1993, "hejing", "长春", "salary", {"children": 0}),
    ("解冬雪", 1984, "hejing", "长春", "salary", {"children": 1}),
    ("区国雄", 1961, "hejing", "吉林", "retired", {}),
    ("车晓东", 1980, "hejing", "长春", "owner", {"children": 1}),
    ("查斌武", 1968, "hejing", "长春", "wealthy", {"children": 1}),
    ("乐思怡", 1995, "hejing", "长春", "young", {"children": 0}),
    ("盖世英", 1959, "hejing", "长春", "retired", {}),
    ("晏子同", 1986, "hejing", "大连", "salary", {"children": 2}),
    ("喻小川", 1990, "hejing", "长春", "salary", {"children": 1}),
    ("年广进", 1973, "hejing", "长春", "owner", {"children": 3}),
    ("鞠月英", 1965, "hejing", "长春", "retired", {}),
    ("缪如烟", 1988, "hejing", "长春", "salary", {"children": 1}),
    ("桑玉梅", 1957, "hejing", "长春", "retired", {}),
    ("占国强", 2001, "hejing", "长春", "prospect", {}),
]
SURNAMES = (
    "王李张刘陈杨赵黄吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
)
GIVEN = [
    "建国",
    "丽娜",
    "志强",
    "敏",
    "海涛",
    "红梅",
    "伟民",
    "晓琳",
    "永刚",
    "雅琴",
    "子豪",
    "春燕",
    "文彬",
    "玉华",
    "立群",
    "佳怡",
    "振东",
    "慧敏",
    "少华",
    "秀英",
    "鹏飞",
    "雪梅",
    "国栋",
    "婷婷",
]

CLIENT_COLUMNS = [
    "客户号", "统一社会信用代码", "客户名称", "简称", "客户类别", "行业", "地区", "年营业收入（万元）", "员工人数", "信用等级",
    "客户层级", "风险等级", "风险测评到期日", "上级客户", "是否集团总部", "分支机构数", "门店数", "是否核心企业", "供应商家数",
    "经销商家数", "年出口额（美元）", "年进口额（美元）", "合作银行数", "授信额度（万元）", "授信到期日", "应收账款（万元）", "应收账期",
    "出生日期", "子女数", "是否企业主", "是否潜在客户", "最近联系日期", "备注", "客户经理", "数据日期",
]  # fmt: skip
CONTACT_COLUMNS = ["客户号", "姓名", "职务", "决策角色", "电话", "备注"]
HOLDING_COLUMNS = ["客户号", "产品", "账号", "余额（万元）", "利率", "开办日期", "到期日", "数据日期"]
FLOW_COLUMNS = ["客户号", "月份", "银行", "流入（万元）", "流出（万元）", "日均余额（万元）"]


@dataclass
class Sample:
    """The rows of the four files, and the one source of chance."""

    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    clients: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    holdings: list[dict[str, Any]] = field(default_factory=list)
    flows: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)  # name → client number

    def day(self, back: int, forward: int = 0) -> date:
        """A day between `back` days ago and `forward` days ahead of the anchor."""
        return ANCHOR + timedelta(days=self.chance.randint(-back, forward))

    def client(self, name: str, kind: str, **columns: Any) -> str:
        number = f"{'G' if kind == '对公' else 'P'}{len(self.clients) + 1:06d}"
        self.numbers[name] = number
        row = {"客户号": number, "客户名称": name, "客户类别": kind, "数据日期": self.day(100)}
        if kind == "对公" and columns.get("是否潜在客户") != "是":
            row["统一社会信用代码"] = self.uscc(len(self.clients) + 1)
        self.clients.append(row | columns)
        return number

    def uscc(self, place: int) -> str:
        organisation = f"MA{place:03d}" + "".join(
            self.chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(3)
        )
        first = "91000000" + organisation + organisation_check(organisation)
        return first + uscc_check_digit(first)

    def hold(self, number: str, product: str, balance: float | None = None, **columns: Any) -> None:
        """`balance` in 万; the account number is masked and fixed for the client and product."""
        place = sum(h["客户号"] == number for h in self.holdings) + 1
        row = {
            "客户号": number,
            "产品": product,
            "账号": f"****{int(number[1:]) % 1000:03d}{place}",
            "余额（万元）": balance,
        }
        row |= {
            "开办日期": ANCHOR - timedelta(days=self.chance.randint(200, 1500)),
            "数据日期": ANCHOR - timedelta(days=10),
        }
        self.holdings.append(row | columns)

    def flow(
        self, number: str, bank: str, inflow: float, outflow: float, balance: float | None, months: int = 6
    ) -> None:
        """Monthly figures in 万 around the means, the last month's balance being exactly the one given."""
        for month in MONTHS[-months:]:
            swing = self.chance.uniform(0.88, 1.12)
            last = month == MONTHS[-1]
            kept = None if balance is None else balance if last else round(balance * self.chance.uniform(0.85, 1.15), 1)
            row = {"客户号": number, "月份": f"{month:%Y-%m}", "银行": bank, "日均余额（万元）": kept}
            out = outflow * swing * self.chance.uniform(0.97, 1.03)
            self.flows.append(row | {"流入（万元）": round(inflow * swing, 1), "流出（万元）": round(out, 1)})

    def contact(self, number: str, name: str, title: str, role: str, note: str = "") -> None:
        phone = f"13{self.chance.randint(0, 9)}****{self.chance.randint(0, 9999):04d}"
        self.contacts.append(
            {"客户号": number, "姓名": name, "职务": title, "决策角色": role, "电话": phone, "备注": note}
        )

    def somebody(self) -> str:
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)


def organisation_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714-1997)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c, 36) * w for c, w in zip(first8, weights, strict=True))
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


# ---------------------------------------------------------------------------- the clients that callers rely on


def named_clients(s: Sample) -> None:
    valid_year = {
        "风险等级": "C3",
        "风险测评到期日": ANCHOR + timedelta(days=250),
        "授信额度（万元）": 5000,
        "授信到期日": ANCHOR + timedelta(days=365),
    }
    n = s.client(
        "华星机械集团有限公司", "对公", 简称="华星集团", 行业="装备制造", 地区="沈阳", 客户层级="一级分行级", 信用等级="AA",
        员工人数=2600, 是否集团总部="是", 分支机构数=12, 合作银行数=6, 最近联系日期=ANCHOR - timedelta(days=33), 客户经理="zhangwei",
        备注="总部在沈阳，分支分布在东北和华北；资金由总部财务部管", **{"年营业收入（万元）": 180000, "数据日期": ANCHOR - timedelta(days=40)}, **valid_year,
    )  # fmt: skip
    s.hold(n, "活期存款", 2300)
    s.flow(n, "我行", 3600, 3570, 2300)
    for bank, share in zip(PEERS[:5], (3900, 2700, 2400, 1300, 800), strict=True):
        s.flow(n, bank, share, share * 0.99, None, 4)
    s.contact(n, "韩立群", "董事长", "决策人", "重大资金安排由他拍板")
    s.contact(n, "苏慧敏", "财务总监", "影响人")
    s.contact(n, "曹春燕", "资金科科长", "经办")

    n = s.client(
        "海达进出口有限公司", "对公", 简称="海达", 行业="外贸", 地区="大连", 客户层级="二级分行级", 信用等级="A", 员工人数=86,
        合作银行数=3, 应收账期=90, 最近联系日期=ANCHOR - timedelta(days=21), 客户经理="zhangwei", 备注="出口以美元报价、开票，账期90天",
        **{"年营业收入（万元）": 31000, "年出口额（美元）": 42_000_000, "应收账款（万元）": 7350, "数据日期": ANCHOR - timedelta(days=25)},
    )  # fmt: skip
    s.hold(n, "活期存款", 640)
    s.hold(n, "企业网银")
    s.flow(n, "我行", 1450, 1440, 640)
    for bank, share in (("中国银行", 760), ("交通银行", 300)):
        s.flow(n, bank, share, share, None, 4)
    s.contact(n, "董海涛", "总经理", "决策人")
    s.contact(n, "叶晓琳", "财务经理", "影响人")

    n = s.client(
        "百味餐饮管理有限公司", "对公", 简称="百味餐饮", 行业="餐饮连锁", 地区="沈阳", 客户层级="二级分行级", 信用等级="BBB", 员工人数=620,
        门店数=46, 合作银行数=3, 最近联系日期=ANCHOR - timedelta(days=12), 客户经理="zhangwei", 备注="门店每天有现金营业款，由店长送存",
        **{"年营业收入（万元）": 16000, "数据日期": ANCHOR - timedelta(days=30)},
    )  # fmt: skip
    s.hold(n, "活期存款", 310)
    s.hold(n, "企业网银")
    s.flow(n, "我行", 720, 715, 310)
    for bank, share in (("工商银行", 330), ("邮储银行", 180)):
        s.flow(n, bank, share, share, None, 4)
    s.contact(n, "贾永刚", "总经理", "决策人")
    s.contact(n, "夏红梅", "财务主管", "影响人")
    s.contact(n, "戴玉华", "出纳", "经办")

    s.client(
        "绿源农业科技有限公司", "对公", 简称="绿源", 行业="农业", 地区="铁岭", 最近联系日期=ANCHOR - timedelta(days=430),
        客户经理="zhangwei", 数据日期=ANCHOR - timedelta(days=430),
    )  # fmt: skip

    n = s.client(
        "陈秀兰", "个人", 地区="沈阳", 客户层级="支行级", 风险等级="C2", 风险测评到期日=ANCHOR - timedelta(days=75), 出生日期=date(1958, 5, 20),
        最近联系日期=ANCHOR - timedelta(days=48), 客户经理="zhangwei", 备注="退休教师，平时由女儿陪同来网点", 数据日期=ANCHOR - timedelta(days=15),
    )  # fmt: skip
    s.hold(n, "个人定期存款", 80, 利率="1.55%", 到期日=date(2026, 12, 15), 开办日期=date(2023, 12, 15))
    s.hold(n, "个人定期存款", 60, 利率="1.50%", 到期日=date(2027, 8, 15), 开办日期=date(2024, 8, 15))
    s.hold(n, "个人定期存款", 40, 利率="1.25%", 到期日=date(2027, 4, 15), 开办日期=date(2026, 4, 15))
    s.hold(n, "活期存款", 3.2)
    s.contact(n, "陈静", "女儿", "影响人")

    n = s.client(
        "周明", "个人", 地区="沈阳", 客户层级="支行级", 风险等级="C4", 风险测评到期日=ANCHOR + timedelta(days=190), 出生日期=date(1985, 4, 8),
        子女数=2, 是否企业主="是", 最近联系日期=ANCHOR - timedelta(days=19), 客户经理="zhangwei", 备注="自己经营一家小公司",
        数据日期=ANCHOR - timedelta(days=20),
    )  # fmt: skip
    s.hold(n, "活期存款", 90)
    s.flow(n, "我行", 42, 40, 90)

    n = s.client(
        "恒泰建材有限公司", "对公", 简称="恒泰", 行业="建材", 地区="辽阳", 客户层级="支行级", 信用等级="BBB", 员工人数=135, 合作银行数=3, 应收账期=150,
        最近联系日期=ANCHOR - timedelta(days=27), 客户经理="liuyang", 备注="一家上市房屋建筑企业的核心供应商",
        **{"年营业收入（万元）": 17500, "应收账款（万元）": 5800, "数据日期": ANCHOR - timedelta(days=35)},
    )  # fmt: skip
    s.hold(n, "活期存款", 260)
    s.hold(n, "企业网银")
    s.flow(n, "我行", 820, 815, 260)
    for bank, share in (("建设银行", 360), ("农业银行", 190)):
        s.flow(n, bank, share, share, None, 4)
    s.contact(n, "杜振东", "总经理", "决策人")
    s.contact(n, "余雅琴", "财务经理", "影响人")

    n = s.client(
        "远航汽车零部件股份有限公司", "对公", 简称="远航股份", 行业="汽车零部件", 地区="长春", 客户层级="一级分行级", 信用等级="AA", 员工人数=1450,
        是否核心企业="是", 供应商家数=85, 合作银行数=5, 最近联系日期=ANCHOR - timedelta(days=16), 客户经理="liuyang",
        **{"年营业收入（万元）": 120000, "授信额度（万元）": 12000, "授信到期日": ANCHOR + timedelta(days=240), "数据日期": ANCHOR - timedelta(days=30)},
    )  # fmt: skip
    s.hold(n, "活期存款", 4100)
    s.hold(n, "企业网银")
    s.hold(n, "代发工资")
    s.flow(n, "我行", 4800, 4760, 4100)
    for bank, share in zip(PEERS[:4], (2300, 1600, 900, 500), strict=True):
        s.flow(n, bank, share, share, None, 4)
    s.contact(n, "沈国栋", "总经理", "决策人")
    s.contact(n, "吕佳怡", "财务总监", "影响人")
    s.contact(n, "傅志强", "采购部部长", "影响人")


# ---------------------------------------------------------------------------- the others

OFTEN: dict[str, list[str]] = {  # products a client of the profile tends to have
    "maker": ["企业网银", "代发工资", "银行承兑汇票"],
    "supplier": ["企业网银", "国内保理"],
    "core": ["企业网银", "代发工资", "银企直连", "供应链票据"],
    "group": ["企业网银", "代发工资", "总分账户"],
    "exporter": ["企业网银", "出口押汇"],
    "importer": ["企业网银", "进口信用证"],
    "shops": ["企业网银", "收单与聚合支付", "代发工资"],
    "service": ["企业网银", "代发工资"],
    "tech": ["企业网银", "代发工资", "公务卡与商务卡"],
    "builder": ["企业网银", "银行保函"],
    "logistics": ["企业网银", "代发工资", "公务卡与商务卡"],
    "farm": ["企业网银"],
    "public": ["企业网银", "集中代收付", "代发工资"],
    "project": ["企业网银", "固定资产贷款"],
}
CREDIT_DAYS = {"maker": (45, 95), "supplier": (100, 160), "core": (40, 70), "group": (50, 80), "exporter": (45, 90), "tech": (60, 120), "builder": (110, 180), "logistics": (30, 75), "farm": (30, 60), "project": (60, 100), "importer": (30, 60)}  # fmt: skip
LOANS = {"maker": "流动资金贷款", "core": "流动资金贷款", "group": "流动资金贷款", "farm": "流动资金贷款", "builder": "流动资金贷款", "project": "固定资产贷款", "exporter": "出口押汇", "supplier": "国内保理"}  # fmt: skip
NO_BALANCE = {"银行承兑汇票", "银行保函", "供应链票据", "进口信用证"}


def corporate(s: Sample, row: Corp) -> None:
    name, short, industry, region, manager, revenue, staff, profile, extra = row
    columns: dict[str, Any] = {"简称": short, "行业": industry, "地区": region, "客户经理": manager}
    columns |= {CODE_HEADERS[c]: s.numbers[v] if c == "parent" else v for c, v in extra.items()}
    if profile == "prospect":
        s.client(name, "对公", **columns, 是否潜在客户="是", 备注="还没有开户，展业时收集的线索")
        return
    size = s.chance.uniform(0.3, 0.6)  # the share of its money that goes through us
    peers = min(len(PEERS), (1 if revenue < 4000 else 2) + (revenue > 20000) + (revenue > 60000) * 2)
    columns |= {
        "年营业收入（万元）": revenue,
        "员工人数": staff,
        "信用等级": s.chance.choice(["AA", "A"] if revenue > 30000 else ["A", "BBB", "BB"]),
        "客户层级": "一级分行级" if revenue > 60000 else "二级分行级" if revenue > 15000 else "支行级",
        "合作银行数": peers + 1,
        "最近联系日期": ANCHOR
        - timedelta(days=s.chance.randint(380, 700) if profile == "dormant" else s.chance.randint(3, 120)),
        "是否集团总部": "是" if profile == "group" else "否",
        "是否核心企业": "是" if profile == "core" else "否",
    }
    if profile in CREDIT_DAYS:
        days = s.chance.randint(*CREDIT_DAYS[profile])
        columns |= {"应收账期": days, "应收账款（万元）": round(revenue * days / 365 * s.chance.uniform(0.5, 0.85))}
    line = round(revenue * s.chance.uniform(0.06, 0.14), -2) if profile in LOANS and s.chance.random() < 0.7 else 0
    if line:
        columns |= {"授信额度（万元）": int(line), "授信到期日": ANCHOR + timedelta(days=s.chance.randint(40, 330))}
    if s.chance.random() < 0.3:
        columns |= {"风险等级": s.chance.choice(["C2", "C3", "C3", "C4"]), "风险测评到期日": s.day(120, 300)}
    number = s.client(name, "对公", **columns)
    if profile == "dormant":
        s.hold(number, "活期存款", round(revenue * 0.002, 1))
        s.contact(number, s.somebody(), "总经理", "决策人")
        return
    corporate_business(s, number, revenue, profile, size, line, peers)
    corporate_people(s, number, staff)


CODE_HEADERS = {"parent": "上级客户", "branches": "分支机构数", "stores": "门店数", "supplier_count": "供应商家数", "dealer_count": "经销商家数", "export_usd": "年出口额（美元）", "import_usd": "年进口额（美元）", "children": "子女数"}  # fmt: skip


def corporate_business(
    s: Sample, number: str, revenue: int, profile: str, size: float, line: float, peers: int
) -> None:
    """Balances follow from what goes through the account, loans stay within the credit line."""
    monthly = revenue / 12
    inflow = round(monthly * size, 1)
    balance = round(inflow * s.chance.uniform(0.25, 0.8), 1)
    s.hold(number, "活期存款", balance)
    loan = LOANS.get(profile) if line else None
    for product in OFTEN[profile]:
        if product != loan and product not in LOANS.values() and s.chance.random() < 0.7:
            s.hold(number, product, round(line * 0.2, 1) if product in NO_BALANCE and line else None)
    if loan:
        s.hold(
            number,
            loan,
            round(line * s.chance.uniform(0.4, 0.75), -1),
            利率=f"{s.chance.uniform(2.9, 3.95):.2f}%",
            到期日=s.day(-60, 330),
        )
    if profile in ("group", "core", "tech") and s.chance.random() < 0.6:
        s.hold(number, "单位协定存款", round(balance * 0.6, 1), 利率="0.55%")
    s.flow(number, "我行", inflow, inflow * 0.99, balance)
    rest = monthly - inflow
    for bank in s.chance.sample(PEERS, peers):
        part = rest / peers * s.chance.uniform(0.6, 0.95)
        s.flow(number, bank, part, part, None, 3)


def corporate_people(s: Sample, number: str, staff: int) -> None:
    s.contact(number, s.somebody(), "总经理", "决策人")
    s.contact(number, s.somebody(), s.chance.choice(["财务总监", "财务经理", "财务负责人"]), "影响人")
    if staff > 150:
        s.contact(number, s.somebody(), s.chance.choice(["出纳", "主办会计", "资金专员"]), "经办")
    if staff > 400:
        s.contact(number, s.somebody(), s.chance.choice(["办公室主任", "总经理秘书"]), "把关人")


def personal(s: Sample, row: Person) -> None:
    name, born, manager, region, profile, extra = row
    birth = date(born, s.chance.randint(1, 9), s.chance.randint(1, 28))
    columns: dict[str, Any] = {"地区": region, "客户经理": manager, "出生日期": birth}
    columns |= {CODE_HEADERS[c]: v for c, v in extra.items()}
    if profile == "prospect":
        s.client(name, "个人", **columns, 是否潜在客户="是", 备注="老客户介绍，还没有开户")
        return
    grade = {
        "retired": "C1 C2 C2",
        "owner": "C3 C4 C5",
        "wealthy": "C3 C4",
        "salary": "C2 C3 C3",
        "young": "C3 C4 C4",
        "dormant": "C2",
    }
    columns |= {
        "客户层级": "二级分行级" if profile == "wealthy" else "支行级",
        "是否企业主": "是" if profile == "owner" else "否",
        "最近联系日期": ANCHOR
        - timedelta(days=s.chance.randint(380, 600) if profile == "dormant" else s.chance.randint(2, 150)),
    }
    if s.chance.random() < 0.8:
        columns |= {"风险等级": s.chance.choice(grade[profile].split()), "风险测评到期日": s.day(150, 330)}
    number = s.client(name, "个人", **columns)
    personal_business(s, number, profile)
    if extra.get("children") and s.chance.random() < 0.3:
        s.contact(number, s.somebody(), "配偶", "影响人")


def personal_business(s: Sample, number: str, profile: str) -> None:
    u = s.chance.uniform
    current = {
        "retired": u(1, 12),
        "owner": u(15, 120),
        "wealthy": u(40, 200),
        "salary": u(2, 25),
        "young": u(0.5, 8),
        "dormant": u(0.1, 2),
    }
    balance = round(current[profile], 1)
    s.hold(number, "活期存款", balance)
    income = {"retired": 0.6, "owner": 22, "wealthy": 15, "salary": 2.2, "young": 1.2, "dormant": 0}[profile] * u(
        0.7, 1.6
    )
    if profile == "dormant":
        return
    s.flow(number, "我行", income, income * 0.93, balance)
    if profile in ("retired", "wealthy"):
        for _ in range(s.chance.randint(1, 3)):
            s.hold(
                number,
                "个人定期存款",
                s.chance.choice([10, 20, 30, 50, 80]),
                利率=s.chance.choice(["1.25%", "1.55%", "1.95%"]),
                到期日=s.day(-20, 900),
            )
    if profile == "wealthy":
        s.hold(number, "个人大额存单", s.chance.choice([100, 200, 300]), 利率="1.60%", 到期日=s.day(-30, 1000))
        s.hold(number, "固收类理财", s.chance.choice([50, 100, 150, 220]))
    if profile == "owner" and s.chance.random() < 0.5:
        s.hold(number, "个人经营贷款", s.chance.choice([50, 80, 120, 200]), 利率="3.45%", 到期日=s.day(-30, 700))
    if profile in ("salary", "young", "owner") and s.chance.random() < 0.7:
        s.hold(number, "信用卡")
    if profile == "salary" and s.chance.random() < 0.55:
        s.hold(number, "个人住房贷款", s.chance.choice([45, 68, 92, 130]), 利率="3.10%", 到期日=s.day(-3000, 9000))
    if profile in ("salary", "young") and s.chance.random() < 0.5:
        s.hold(number, "现金管理类理财", round(u(1, 15), 1))
    if profile == "salary" and s.chance.random() < 0.35:
        s.hold(number, "个人养老金账户", s.chance.choice([1.2, 2.4, 3.6]))


def write(name: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({c: "" if v is None else v for c, v in row.items()} for row in rows)


def main() -> None:
    sample = Sample()
    named_clients(sample)
    parents = [r for r in CORPORATE if "parent" not in r[8]]
    for row in [*parents, *(r for r in CORPORATE if "parent" in r[8])]:
        corporate(sample, row)
    for person in PERSONAL:
        personal(sample, person)
    write("clients.csv", CLIENT_COLUMNS, sample.clients)
    write("contacts.csv", CONTACT_COLUMNS, sample.contacts)
    write("holdings.csv", HOLDING_COLUMNS, sample.holdings)
    write("flows.csv", FLOW_COLUMNS, sample.flows)
    print(
        f"{len(sample.clients)} clients, {len(sample.contacts)} contacts, {len(sample.holdings)} holdings, {len(sample.flows)} flows"
    )


if __name__ == "__main__":
    main()
