"""Vocabulary of the generated register. All brands and makers are made up; features are plain words of the trade."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionPlan:
    """An edition with the years its filings come from and how often each grade is declared, best first."""

    code: str
    rule: str
    first_year: int
    last_year: int
    grade_weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CategoryPlan:
    """What the generator knows of a category. ``figures``: the metric's value in grade 1 and its step per grade."""

    code: str
    name: str
    scheme: str
    weight: int
    letter: str
    editions: tuple[EditionPlan, ...]
    metric: str
    figures: tuple[float, float]
    features: tuple[str, ...]
    sizes: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CATEGORIES = (
    CategoryPlan(
        "toilet",
        "坐便器",
        "cn-waterlabel",
        24,
        "T",
        (
            EditionPlan("gb-25502-2017", "CWL012020", 2018, 2025, (50, 40, 10)),
            EditionPlan("gb-25502-2024", "CWL012024", 2025, 2026, (60, 30, 10)),
        ),
        "average_flush",
        (3.8, 1.0),
        _words(
            "连体 分体 挂壁 落地 虹吸 直冲 喷射 漩涡 双冲 单冲 隐藏水箱 低水箱 静音 防臭 自洁釉 缓降盖 "
            "大管道 地排 墙排 儿童款 加高款 无缝座圈 易拆盖 抗菌 快冲 旋冲 超薄 小户型"
        ),
        _words("305坑距 400坑距 250坑距"),
    ),
    CategoryPlan(
        "smart_toilet",
        "智能坐便器",
        "cn-waterlabel",
        14,
        "S",
        (EditionPlan("gb-38448-2019", "CWL022020", 2020, 2026, (55, 35, 10)),),
        "average_flush",
        (3.9, 1.0),
        _words(
            "即热 储热 泡沫盾 离座冲 脚感冲 自动翻盖 暖风烘干 座圈加热 臀洗 妇洗 移动清洗 夜灯 遥控 "
            "无水压限制 除臭 电解水 杀菌 一体式 壁挂式 双水路 语音 旋钮 停电冲"
        ),
        _words("305坑距 400坑距"),
    ),
    CategoryPlan(
        "faucet",
        "水嘴",
        "cn-waterlabel",
        18,
        "F",
        (EditionPlan("gb-25501-2019", "CWL012023", 2020, 2026, (45, 40, 15)),),
        "flow",
        (4.3, 1.5),
        _words(
            "面盆 厨房 抽拉 冷热 单冷 感应 铜体 不锈钢 旋转 瀑布 高款 矮款 双把 单把 单孔 双孔 墙式 "
            "起泡器 防溅 拉丝 枪灰 磨砂黑 净身器 普通洗涤 快开 无铅"
        ),
        _words("DN15 DN20"),
    ),
    CategoryPlan(
        "shower",
        "淋浴器",
        "cn-waterlabel",
        12,
        "H",
        (EditionPlan("gb-28378-2019", "CWL012021", 2021, 2026, (45, 40, 15)),),
        "flow",
        (4.4, 1.5),
        _words(
            "手持式 固定式 顶喷 增压 三功能 五功能 空气注入 恒流 除垢 大面板 圆形 方形 磁吸 升降杆 置物 "
            "四出水 喷枪 花瓣雨 过滤 美容 水晶 止水键"
        ),
        _words("230毫米 250毫米 300毫米"),
    ),
    CategoryPlan(
        "water_purifier",
        "净水机",
        "cn-waterlabel",
        12,
        "P",
        (
            EditionPlan("gb-34914-2017", "CWL012018", 2018, 2022, (20, 30, 30, 15, 5)),
            EditionPlan("gb-34914-2021", "CWL022021", 2022, 2026, (60, 30, 10)),
        ),
        "net_yield",
        (66.0, -8.0),
        _words(
            "反渗透 纳滤 超滤 厨下式 台上式 无桶 双出水 加热一体 大通量 复合滤芯 矿泉 母婴 零陈水 "
            "智能龙头 自动冲洗 长效 双膜 低废水 除铅 抑菌 小尺寸 免安装"
        ),
        _words("400G 600G 800G 1000G 1200G"),
    ),
    CategoryPlan(
        "dishwasher",
        "洗碗机",
        "cn-waterlabel",
        6,
        "D",
        (
            EditionPlan("gb-38383-2019", "CWL032020", 2021, 2026, (80, 10, 6, 3, 1)),
            EditionPlan("gb-38383-2025", "CWL032025", 2026, 2026, (95, 3, 2)),
        ),
        "water_per_cycle",
        (9.0, 1.6),
        _words(
            "嵌入式 独立式 台式 水槽式 抽屉式 热风烘干 自动开门 三层喷淋 双驱变频 消毒存储 大容量 "
            "黑晶面板 母婴洗 果蔬洗 软水 分区洗 上下双洗 静音 快洗 超快洗 蒸汽"
        ),
        _words("6套 8套 10套 13套 15套 16套 18套"),
    ),
    CategoryPlan(
        "urinal",
        "小便器",
        "cn-grade",
        4,
        "U",
        (EditionPlan("gb-28377-2019", "GBW282019", 2020, 2026, (40, 40, 20)),),
        "average_flush",
        (0.4, 0.9),
        _words("感应 手按 壁挂 落地 一体 明装 暗装 无水 防溅 自洁釉 儿童款 隔板 直流电 交流电 地排 墙排 加大"),
        _words("标准 加长"),
    ),
    CategoryPlan(
        "squat_toilet",
        "蹲便器",
        "cn-grade",
        4,
        "Q",
        (EditionPlan("gb-30717-2019", "GBW302019", 2020, 2026, (40, 40, 20)),),
        "average_flush",
        (4.6, 0.9),
        _words("有存水弯 无存水弯 带水箱 脚踏 感应 防臭 防滑 双冲 单冲 前排 后排 嵌入 高水箱 低水箱 自洁釉 加深 窄款"),
        _words("标准 加长"),
    ),
    CategoryPlan(
        "clothes_washer",
        "洗衣机",
        "cn-energylabel",
        6,
        "W",
        (EditionPlan("gb-12021.4-2013", "CEL412013", 2018, 2026, (60, 20, 12, 5, 3)),),
        "water_per_kg",
        (6.5, 1.0),
        _words(
            "滚筒 波轮 洗烘一体 变频 直驱 除菌 蒸汽 智能投放 超薄 分区洗 微蒸空气洗 羊毛洗 筒自洁 静音 "
            "大视窗 平嵌 迷你 双缸 内衣洗 热泵"
        ),
        _words("3公斤 8公斤 10公斤 12公斤"),
    ),
)

#: Two-character brand names are one of each; the pairs were chosen so that they are not words of this trade.
BRAND_FIRST = "澄沐漪泓汐潼霖沁淇瀚岚霁煦朗晟宸翊钧铄琰珑瑾璞锦绮棠楠桐柏梓"
BRAND_SECOND = "禾川屿辰岳麓峦原野舟帆桥亭阁苑畔歌韵章维拓"
SERIES_FIRST = "悦雅逸臻尚凌云星月晨曦初映听观知"
SERIES_SECOND = "境致享动漫语享光影风韵白简"
PLACES = _words(
    "广东佛山 福建泉州 福建厦门 浙江宁波 浙江杭州 广东潮州 河北唐山 山东青岛 上海 江苏苏州 "
    "江苏无锡 安徽合肥 湖北武汉 四川成都 重庆 河南长葛 广东中山 广东深圳 浙江台州 浙江温州 北京 "
    "天津 湖南长沙 江西南昌"
)
TRADES = _words("卫浴 洁具 厨卫 智能家居 电器 环境科技 净水科技 水暖 陶瓷 实业 卫浴科技 家居用品")
FORMS = _words("有限公司 有限公司 股份有限公司 有限责任公司 制造有限公司 (集团)有限公司")
STATUSES = {"listed": 82, "delisted": 7, "expired": 5, "suspended": 2, "withdrawn": 4}
MODEL_SUFFIXES = ("", "", "", *_words("A B L Pro Max S -1 -2 -W -B -01 -02 -G1 -X3 Plus"))
