"""Medical relief: a share of the medical cost the household paid itself."""

from medical_relief.programme import MedicalRelief, bangfu_programmes

__all__ = ["MedicalRelief", "bangfu_programmes"]
