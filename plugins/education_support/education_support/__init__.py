"""Education aid by stage: what a student in hardship is entitled to, referred to who gives it."""

from education_support.programme import EducationSupport, bangfu_programmes

__all__ = ["EducationSupport", "bangfu_programmes"]
