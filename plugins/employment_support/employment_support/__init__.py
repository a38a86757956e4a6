"""Employment support: training, start-up loan, public-welfare post or placement, referred."""

from employment_support.programme import EmploymentSupport, bangfu_programmes

__all__ = ["EmploymentSupport", "bangfu_programmes"]
