"""Names for made-up people, as common as they are among real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Names = NDArray[np.object_]

# Surnames in the order of their frequency, which falls off about as one over the rank.
_SURNAMES = np.array(
    list(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
        "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
    ),
    dtype=object,
)
_WEIGHTS = 1 / (np.arange(len(_SURNAMES)) + 8)
_SURNAME_SHARES = _WEIGHTS / _WEIGHTS.sum()
_COMMON = list("建国志明文华平玉思宇梓涵子怡欣洋晓海")
_MALE = np.array(_COMMON + list("强军勇伟刚超鹏辉涛力轩峰波斌杰磊俊毅林东"), dtype=object)
_FEMALE = np.array(_COMMON + list("芳娜秀娟英静丽敏艳梅兰红霞桂玥珺琪雪婷燕"), dtype=object)
_RARE = list("喆堃珺祎昇玥")
_LONG = np.array(
    ["买买提江·吐尔逊", "古丽娜尔·艾尔肯", "阿依古丽·买买提", "乌兰其其格", "巴特尔", "欧阳建国",
     "阿布都热合曼·依明", "其其格玛", "上官文静", "娜仁托娅"], dtype=object,
)  # fmt: skip
_LONG_SHARE, _RARE_SHARE, _SINGLE_SHARE = 0.02, 0.06, 0.2


def draw_surnames(count: int, rng: Rng) -> Names:
    """Return so many surnames."""
    return rng.choice(_SURNAMES, count, p=_SURNAME_SHARES)


def draw_names(surnames: Names, male: NDArray[np.bool_], rng: Rng) -> list[str]:
    """Return a full name for each person; a few are long, as of Uygurs and Mongols."""
    count = len(surnames)
    first = np.where(male, rng.choice(_MALE, count), rng.choice(_FEMALE, count))
    second = np.where(male, rng.choice(_MALE, count), rng.choice(_FEMALE, count))
    second = np.where(rng.random(count) < _RARE_SHARE, rng.choice(_RARE, count), second)
    second = np.where(rng.random(count) < _SINGLE_SHARE, "", second)
    names = surnames + first + second
    long = rng.random(count) < _LONG_SHARE
    chosen: list[str] = np.where(long, rng.choice(_LONG, count), names).tolist()
    return chosen
